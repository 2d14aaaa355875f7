"""A second language is one more file: quotes, figures, dates and events of French sentences.

Those not seen before were written when the file was frozen; what fails stays here with the reason,
so that nobody takes French for finished.
"""

from datetime import UTC, datetime

import pytest

from wirewatch.reading.tagger import Tagger
from wirewatch.records import Article, Entity, EventDefinition, Reading, Vocabulary

VOCABULARY = Vocabulary(
    entities=(
        Entity(entity_id="valmont", name="Valmont", kind="place"),
        Entity(entity_id="lind", name="Ada Lind", kind="person", last_name="Lind"),
    ),
    events=(
        EventDefinition(
            event_id="offensive", about="", what=("offensive", "attaquer"), where=("valmont",)
        ),
        EventDefinition(event_id="talks", about="", what=("négociations", "pourparlers")),
    ),
    version="1",
)
TAGGER = Tagger(VOCABULARY)


def read(text: str) -> Reading:
    return TAGGER.read(
        Article(
            article_id="a",
            url="u",
            publisher=None,
            title="",
            text=text,
            language="fr",
            published=datetime(2024, 2, 7, 12, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize(
    ("text", "quote", "speaker"),
    [
        ("« Le barrage tiendra », a déclaré Ada Lind lundi.", "Le barrage tiendra", "Ada Lind"),
        ("« Le barrage tiendra », a-t-elle affirmé.", "Le barrage tiendra", "elle"),
        ("Le ministre a dit : « Le barrage tiendra. »", "Le barrage tiendra.", "Le ministre"),
        ("“Le barrage tiendra”, dit-il à l’AFP.", "Le barrage tiendra", "il"),
        ("« C’est fini », assure le chef de la police.", "C’est fini", "le chef de la police"),
        ("Le maire a évoqué une « semaine difficile ».", "semaine difficile", "Le maire"),
        ("Selon la police, la route est ouverte.", "la route est ouverte", "la police"),
        ("La route est ouverte, a indiqué l’armée.", "La route est ouverte", "l’armée"),
        ("Lind a annoncé que la route était ouverte.", "la route était ouverte", "Lind"),
    ],
)
def test_who_said_it(text: str, quote: str, speaker: str) -> None:
    (found,) = read(text).quotes
    assert found.speaker
    assert (found.text, found.speaker.text) == (quote, speaker)


@pytest.mark.parametrize(
    ("text", "value", "counts", "bound", "scope"),
    [
        ("Au moins 123 personnes ont été tuées ces dernières 24 heures.",
         123, "killed", "at least", "day"),
        ("Le bilan s’élève à 27 708 morts depuis le 7 octobre.",
         27_708, "killed", "exactly", "total"),
        ("L’explosion a tué 12 mineurs.", 12, "killed", "exactly", "incident"),
        ("Dix-sept otages ont été libérés.", 17, "released", "exactly", None),
        ("La police a arrêté huit chauffeurs.", 8, "arrested", "exactly", None),
        ("Près de 1,9 million de personnes sont déplacées.",
         1_900_000, "displaced", "about", None),
    ],
)  # fmt: skip
def test_what_is_counted(
    text: str, value: float, counts: str, bound: str, scope: str | None
) -> None:
    (figure,) = read(text).figures
    assert (figure.value, figure.counts, figure.bound, figure.scope) == (
        value,
        counts,
        bound,
        scope,
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Les ministres se verront jeudi ; la réunion commencera jeudi.", "2024-02-08"),
        ("Il est parti jeudi dernier.", "2024-02-01"),
        ("Il a parlé hier soir.", "2024-02-06TEV"),
        ("La guerre dure depuis le 7 octobre.", "2023-10-07"),
        ("Tout a changé la semaine dernière.", "2024-W05"),
        ("Elle revient le mois prochain.", "2024-03"),
    ],
)
def test_when_it_was(text: str, value: str) -> None:
    assert value in [found.value for found in read(text).dates]


@pytest.mark.parametrize(
    ("text", "event", "status"),
    [
        ("L’armée prépare une offensive contre Valmont.", "offensive", "planned"),
        ("Le général a ordonné une offensive sur Valmont.", "offensive", "ordered"),
        ("L’armée attaque Valmont depuis lundi.", "offensive", "under_way"),
        ("L’armée a attaqué Valmont.", "offensive", "under_way"),
        ("Le général menace de lancer une offensive sur Valmont.", "offensive", "threatened"),
        ("L’armée n’a lancé aucune offensive à Valmont.", "offensive", "denied"),
        ("Les négociations ont été suspendues lundi.", "talks", "paused"),
        ("Les négociations ont échoué.", "talks", "collapsed"),
        ("Les négociations reprendront jeudi.", "talks", "planned"),
    ],
)
def test_how_far_an_event_has_come(text: str, event: str, status: str) -> None:
    assert [(found.event, found.status) for found in read(text).events] == [(event, status)]


def bad(*case: object, why: str) -> object:
    return pytest.param(*case, marks=pytest.mark.xfail(reason=why, strict=True))


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [  # written after the file was frozen: 12 of 18 held, then a number bug was mended
        ("« Nous partirons dimanche », a précisé le maire de Valmont.",
         "quote", "le maire de Valmont"),
        ("« Personne n’est venu », raconte Omar Reza, 34 ans.", "quote", "Omar Reza"),
        ("Ada Lind a averti que la digue pourrait céder.", "quote", "Ada Lind"),
        ("D’après les secours, la route est coupée.", "quote", "les secours"),
        bad("L’armée, a-t-il ajouté, restera sur place.", "quote", "il",
            why="a clause of saying in the middle of what is reported"),
        ("Le ministère a fait état de 45 morts et 120 blessés.", "figure", (45, "killed")),
        ("Plus de 300 personnes ont été arrêtées à Valmont.", "figure", (300, "arrested")),
        ("Une trentaine de personnes ont été blessées.", "figure", (30, "injured")),
        ("Cinq marins sont toujours portés disparus.", "figure", (5, "missing")),
        ("Le sommet aura lieu le 15 mars.", "date", "2024-03-15"),
        ("Il était arrivé mardi.", "date", "2024-02-06"),
        ("Ils se retrouveront vendredi prochain.", "date", "2024-02-09"),
        bad("L’offensive contre Valmont pourrait commencer bientôt.", "event", "talked_about",
            why="no cue word is sought after the event for what is only imagined"),
        ("Les pourparlers se poursuivent à Oslo.", "event", "under_way"),
        ("Le gouvernement dément toute offensive à Valmont.", "event", "denied"),
        ("L’ONU appelle à cesser l’offensive sur Valmont.", "event", "talked_about"),
        ("L’offensive sur Valmont est terminée.", "event", "over"),
        bad("L’armée attaquera Valmont lundi.", "event", "planned",
            why="a future tense is an ending, which cue words cannot say"),
    ],
)  # fmt: skip
def test_sentences_not_seen_before(text: str, kind: str, expected: object) -> None:
    found = read(text)
    if kind == "quote":
        assert expected in [one.speaker.text for one in found.quotes if one.speaker]
    elif kind == "figure":
        assert expected in [(one.value, one.counts) for one in found.figures]
    elif kind == "date":
        assert expected in [one.value for one in found.dates]
    else:
        assert expected in [str(one.status) for one in found.events]
