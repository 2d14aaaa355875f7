"""Where do I change what is looked up for an article? Its hashes, its stems, its ledgers."""

import re

from wirewatch.records import Article, Event, Figure, Reading, Span
from wirewatch.stories.copies import numbers, runs, sketch
from wirewatch.stories.language import language
from wirewatch.stories.memory import STORY, Ask, AskedSentence
from wirewatch.stories.story import WORDS, lead_counts
from wirewatch.stories.words import stem, tokens, word_tokens
from wirewatch.text import digest

# “CAIRO, Feb 7 (Reuters) - ”, “date 2024-02-07 (MENAFN- Gulf Times) ”, “(AP) — ”
_DATELINE = re.compile(
    r"^(?:date\s+\d{4}-\d\d-\d\d\s*)?"
    r"(?:[A-Z][A-Z .,'/-]{2,40}(?:,\s*[A-Z][a-z]+\.?\s+\d{1,2})?\s*)?"
    r"(?:\([^()]{2,40}\)\s*[-–—:]*\s*|[-–—]+\s+)"
)
_CAPITAL = re.compile(r"(?<![.?!\"“] )(?<!^)\b[A-Z][\w.'’-]+")


def number_of(text: str) -> int:
    """A text's hash as a number that a database keeps."""
    return int(digest(text)[:15], 16)


def ask(article: Article, reading: Reading) -> Ask:
    """What to look up before this article is judged."""
    code = (reading.language or article.language or "en").split("-")[0].lower()
    title, text = tokens(article.title, code), tokens(article.text, code)
    hashes = runs(text)
    return Ask(
        article_id=article.article_id,
        language=code,
        text_hash=number_of(f"{article.title}\n{article.text}"),
        runs=hashes,
        sketch=sketch(hashes),
        size=len(text),
        numbers=numbers(text),
        counts=lead_counts(list(map(stem, title)), list(map(stem, text[:WORDS]))),
        sentences=tuple(_sentence(article, span, code) for span in reading.sentences),
        ledgers=tuple(
            dict.fromkeys(
                [event_ledger(event) for event in reading.events]
                + [figure_ledger(figure) for figure in reading.figures]
            )
        ),
    )


def text_of(article: Article, span: Span) -> str:
    """The words of a span."""
    return (article.title if span.where == "title" else article.text)[span.start : span.end]


def without_dateline(article: Article, span: Span) -> str:
    """A sentence without the place, day and agency that open an article."""
    text = text_of(article, span)
    if span.where == "text" and not article.text[: span.start].strip():
        if article.dateline and article.dateline.text and text.startswith(article.dateline.text):
            text = text[len(article.dateline.text) :].lstrip(" -–—:")
        return _DATELINE.sub("", text) or text
    return text


def _sentence(article: Article, span: Span, code: str) -> AskedSentence:
    return asked_sentence(without_dateline(article, span), code)


def asked_sentence(text: str, code: str) -> AskedSentence:
    """A sentence as it is looked up and compared."""
    words = tokens(text, code)
    joined, template = " ".join(words), masked(words, code)
    hash_ = number_of(joined)
    return AskedSentence(
        hash=hash_,
        mask=hash_ if template == joined else number_of(template),
        tokens=tuple(words),
        stems=tuple(map(stem, words)),
        upper=_capitals(text, len(words), code),
    )


def _capitals(text: str, length: int, code: str) -> frozenset[str]:
    """Tokens with a capital inside the sentence; none where a headline capitalises all."""
    found = [word for raw in _CAPITAL.findall(text) for word in word_tokens(raw, code)]
    return frozenset() if length > 3 and len(found) > 0.6 * length else frozenset(found)


def masked(words: list[str], code: str) -> str:
    """The words of a template: without figures, days, ups and downs."""
    varies = language(code).varies
    return " ".join(["0" if word[0].isdigit() else word for word in words if word not in varies])


def event_ledger(event: Event) -> str:
    """The ledger that an event's status stands in: one for a place, else one for each story."""
    return f"status|{event.event}|{event.place or STORY}"


def figure_ledger(figure: Figure) -> str:
    """The ledger that a figure stands in: one for id and place, else one for each story."""
    if figure.figure:
        return f"figure|{figure.figure}|{figure.place or STORY}"
    scope = "day" if figure.scope == "day" else "any"  # one incident's count is its total
    what = f"{figure.counts}|{scope}|{figure.place or ''}"
    return f"figure|{what}|{STORY}"
