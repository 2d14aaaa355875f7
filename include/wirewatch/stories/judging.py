"""Where do I change how an article is judged? Copy, story, sentences, developments, memory.

`judge` is a pure function: what the store knows goes in, what is to be kept comes out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from wirewatch.records import Article, Judgement, Reading, Sentence, Verdict
from wirewatch.stories import copies, keeping, story
from wirewatch.stories.copies import Comparison, Likeness
from wirewatch.stories.finds import Finds
from wirewatch.stories.memory import Ask, Known, Remember, ToldArticle, ToldStory
from wirewatch.stories.origins import article_origin
from wirewatch.stories.verdicts import Judged, Sentences, shown
from wirewatch.text import digest

WINDOW = timedelta(days=30)


def judge(
    article: Article,
    reading: Reading,
    ask: Ask,
    known: Known,
    now: datetime,
    window: timedelta = WINDOW,
) -> tuple[Judgement, Remember]:
    """What an article adds to everything told before, and what is to be remembered of it.

    The same page with the same text adds nothing and is not remembered again. An edited page is
    judged against its own former text too, so that it yields what the edit added.
    """
    if known.same is not None and known.same.text_hash == ask.text_hash:
        return _unchanged(article, reading, known.same), Remember()
    vector = known.vector
    copied = copies.find_copy(ask, known.sketch, known.articles, keeping.day_number(now))
    told_story, why = _story(article, known, vector, copied, now)
    origin = article_origin(article, copied)
    kin = story.kin(vector, known.stories, now)
    sentences = Sentences(article, reading, ask, known, now, window, told_story.story, kin)
    judged = sentences.judge()
    finds = Finds(article, reading, known, sentences, told_story.story, origin, now)
    finds.gather(judged)
    judged = [finds.upgraded.get(one.place, one) for one in judged]
    judgement = _judgement(article, judged, finds, copied, why)
    number = known.next_article
    told = keeping.told_article(article, ask, number, origin, told_story.story, now)
    remember = keeping.remember(
        told, ask, known, judged, finds, story.joined(told_story, vector, now), vector, now
    )
    return judgement, remember


def _story(
    article: Article,
    known: Known,
    vector: Mapping[str, float],
    copied: tuple[ToldArticle, Comparison] | None,
    now: datetime,
) -> tuple[ToldStory, str]:
    """The story to join, and why: the page's own, its original's, the likest, or a new one."""
    open_ = {told.story: told for told in known.stories if now - told.last_at <= story.WINDOW}
    if known.same is not None and known.same.story in open_:
        return open_[known.same.story], "the page's story"
    if copied and copied[1].likeness is Likeness.COPY and copied[0].story in open_:
        return open_[copied[0].story], "a copy joins its original's story"
    chosen, score, following = story.choose(vector, known.stories, now, known.weights.articles)
    if chosen is not None:
        return chosen, f"like its articles ({score:.2f})"
    return (
        ToldStory(
            story=digest("story", article.article_id),
            number=known.next_story, articles=0, last_at=now, vector={},
        ),
        f"a new story (likest {score:.2f}, next {following:.2f})",
    )  # fmt: skip


def _judgement(
    article: Article,
    judged: list[Judged],
    finds: Finds,
    copied: tuple[ToldArticle, Comparison] | None,
    why: str,
) -> Judgement:
    is_copy = copied is not None and copied[1].likeness is Likeness.COPY
    new_ids = {found.development_id for found in finds.developments}
    return Judgement(
        article_id=article.article_id,
        story=finds.story,
        copy_of=copied[0].url if copied and is_copy else None,
        copied=round(copied[1].share, 3) if copied else 0.0,
        origin=finds.origin,
        sentences=tuple(_sentence(one, article, judged) for one in judged),
        developments=tuple(
            sorted(
                finds.developments,
                key=lambda found: (found.span.where != "title", found.span.start),
            )
        ),
        echoes=tuple(echo for echo in finds.echoes.values() if echo.development_id not in new_ids),
        reason=why,
    )


def _sentence(one: Judged, article: Article, judged: list[Judged]) -> Sentence:
    return Sentence(
        span=one.span,
        verdict=one.verdict,
        novelty=round(one.novelty, 3),
        nearest=shown(one, article, judged),
        reason=one.reason,
    )


def _unchanged(article: Article, reading: Reading, same: ToldArticle) -> Judgement:
    return Judgement(
        article_id=article.article_id,
        story=same.story,
        origin=same.origin,
        sentences=tuple(
            Sentence(
                span=span,
                verdict=Verdict.KNOWN,
                novelty=0.0,
                nearest=None,
                reason="the same page with the same text",
            )
            for span in reading.sentences
        ),
        reason="the same page with the same text",
    )
