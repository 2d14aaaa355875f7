"""The store of what was told, on SQLite and PostgreSQL: vocabulary ledgers, carriers, timeline."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from streams import judge_all

from wirewatch.records import Article, Entity, EventDefinition, FigureDefinition, Vocabulary
from wirewatch.store import Store
from wirewatch.store.told import carriers, developments, forget, timeline
from wirewatch.text import digest

WORDS = Vocabulary(
    entities=(Entity(entity_id="dellim", name="Dellim", kind="place"),),
    events=(
        EventDefinition(
            event_id="dellim-raid",
            about="A raid on Dellim",
            what=("raid", "offensive"),
            where=("dellim",),
        ),
    ),
    figures=(
        FigureDefinition(
            figure_id="dellim-toll",
            about="Killed in Dellim",
            counts="killed",
            where=("dellim",),
            scope="total",
        ),
    ),
    version="1",
)
AT = datetime(2031, 3, 2, 6, tzinfo=UTC)


def _article(name: str, text: str, hours: int, credit: str | None = None) -> Article:
    url = f"https://{name}.example/{hours}"
    return Article(
        article_id=digest("article", url), url=url, publisher=name, title="", text=text,
        published=AT + timedelta(hours=hours), language="en", credit=credit,
    )  # fmt: skip


PLANNED = _article("post", "The army plans a raid on Dellim, General Oro told reporters.", 0)
UNDER_WAY = _article(
    "wire", "The army has launched its raid on Dellim and tanks are in the streets.", 5
)


def test_a_status_steps_across_stories_and_survives_a_restart(store: Store) -> None:
    far = replace(PLANNED, title="", text="Unlike anything else. " + PLANNED.text)
    _, second = judge_all(store, [far, UNDER_WAY], WORDS)
    (step,) = [d for d in second.developments if d.kind == "status"]
    assert (step.status_before, step.status_now, step.about) == (
        "planned",
        "under_way",
        "dellim-raid",
    )
    assert (step.before, step.says) == ("planned", "under way")
    again = _article("gazette", "Tanks rolled in as the army launched its raid on Dellim.", 6)
    (third,) = judge_all(store, [again], WORDS)
    assert not [d for d in third.developments if d.kind == "status"]
    assert step.development_id in {echo.development_id for echo in third.echoes}
    with store.read() as connection:
        who = carriers(connection, [step.development_id])[step.development_id]
    assert who.publishers == ("wire", "gazette")
    assert who.origins == ("wire", "gazette")


def test_two_papers_with_one_wire_are_one_origin(store: Store) -> None:
    text = "\n".join(
        f"Sentence {n} of the agency's long report names harbour number {n}." for n in range(9)
    )
    first = _article("post", text, 0, credit="AFP")
    second = _article("gazette", text, 3)
    judged = list(judge_all(store, [first, second], WORDS))
    assert judged[1].origin == "AFP"
    ids = [d.development_id for d in judged[0].developments]
    with store.read() as connection:
        found = carriers(connection, ids)
    assert all(one.origins == ("AFP",) and len(one.publishers) == 2 for one in found.values())


def test_a_figure_moves_and_a_rounded_one_does_not(store: Store) -> None:
    told = list(
        judge_all(
            store,
            [
                _article(
                    "post",
                    "At least 2,708 people have been killed in Dellim since October.",
                    0,
                ),
                _article(
                    "wire", "In Dellim more than 2,700 people have been killed since October.", 9
                ),
                _article(
                    "daily",
                    "At least 2,840 people have now been killed in Dellim since October.",
                    20,
                ),
            ],
            WORDS,
        )
    )
    figures = [[d for d in one.developments if d.kind == "figure"] for one in told]
    assert [len(found) for found in figures] == [1, 0, 1]
    assert (figures[2][0].value_before, figures[2][0].value_now) == (2708, 2840)
    assert figures[2][0].says == "at least 2,840 killed"
    assert figures[2][0].value_bound == "at least"


def test_a_timeline_tells_a_story_in_order(store: Store) -> None:
    first, second = judge_all(store, [PLANNED, UNDER_WAY], WORDS)
    with store.read() as connection:
        found = timeline(connection, first.story)
        known = developments(connection, [d.development_id for d in second.developments])
    times = [development.first_seen for development, _ in found]
    assert times == sorted(t for t in times if t)
    assert {d.development_id for d in first.developments} <= {d.development_id for d, _ in found}
    assert set(known) == {d.development_id for d in second.developments}


def test_what_is_out_of_the_window_is_forgotten_and_ledgers_stay(store: Store) -> None:
    list(judge_all(store, [PLANNED, UNDER_WAY], WORDS))
    with store.begin() as connection:
        forget(connection, AT + timedelta(days=40))
    late = replace(
        UNDER_WAY, article_id="late", url="https://late.example/", published=AT + timedelta(days=40)
    )
    (judgement,) = judge_all(store, [late], WORDS)
    assert [s.verdict for s in judgement.sentences] == ["new"]
    assert not [d for d in judgement.developments if d.kind == "status"]
