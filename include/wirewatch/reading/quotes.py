"""Where do I change what a quote's record holds? Who said it is decided in talk.py."""

from collections.abc import Sequence

from wirewatch.reading.languages import LanguageData
from wirewatch.reading.marks import marked
from wirewatch.reading.reported import reported
from wirewatch.reading.runs import runs
from wirewatch.reading.speech import Speech, speech
from wirewatch.reading.talk import Talk
from wirewatch.reading.tokens import Tokens
from wirewatch.reading.whois import WhoIs
from wirewatch.records import Article, Mention, Quote, Span, Where


def find_quotes(
    article: Article,
    sentences: Sequence[Span],
    mentions: Sequence[Mention],
    language_data: LanguageData,
) -> list[Quote]:
    """Direct quotes and reported speech of title and text, in order of place."""
    words = speech(language_data)
    if words is None:
        return []
    found: list[Quote] = []
    for where, text in (("title", article.title), ("text", article.text)):
        cut = [(span.start, span.end) for span in sentences if span.where == where]
        names = [mention for mention in mentions if mention.span.where == where]
        found.extend(_in_text(where, text, cut, names, words))  # type: ignore[arg-type]
    return found


def _in_text(
    where: Where,
    text: str,
    sentences: list[tuple[int, int]],
    mentions: list[Mention],
    words: Speech,
) -> list[Quote]:
    tokens, quotes = Tokens(text, words.tokens), marked(text)
    talk = Talk(tokens, quotes, runs(tokens, quotes, sentences), words)
    whois = WhoIs(tokens, mentions, words)
    said = [
        (quote.start, quote.end, "direct", talk.said[number]) for number, quote in enumerate(quotes)
    ]
    said += [(start, end, "reported", by) for start, end, by in reported(talk)]
    said.sort(key=lambda item: (item[0], -item[1]))
    return [
        Quote(
            span=Span(where=where, start=start, end=end),
            kind=kind,  # type: ignore[arg-type]
            text=text[start:end],
            speaker=whois.speaker(by.start, by.end) if by else None,
            told_to=talk.told_to(by) if by else None,
            cue=tokens.low[by.verb] if by and by.verb >= 0 else None,
            how=by.how if by else "carried",
        )
        for start, end, kind, by in said
    ]
