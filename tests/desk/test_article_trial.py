"""Trying the rules on one article: what is read, what would be told, and who said no."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wirewatch.desk.article_trial import CannotTry, article_at, article_of_text, try_article
from wirewatch.desk.settings import Settings
from wirewatch.desk.watch import load_draft, load_watch

SHIPPED = Path(__file__).parents[2] / "include" / "watch"
NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)
ORDER = "Netanyahu told a televised briefing that he had ordered the troops to operate in Rafah."


def test_what_is_read_and_told_and_who_said_no() -> None:
    watch = load_watch(SHIPPED)
    text = f"{ORDER}\n\nAt least 27,708 people have been killed in Gaza since October 7."
    trial = try_article(watch, article_of_text("Troops <b>ordered</b>", text, NOW))

    assert [alert.rule_id for alert in trial.alerts] == ["rafah-operation"]
    assert [(no.rule_id, bool(no.reason)) for no in trial.silent] == [("death-toll-in-gaza", True)]
    assert trial.looked == len(watch.rules)
    assert {"name", "event", "figure"} <= {find.kind for find in trial.finds}
    assert "".join(piece.text for piece in trial.title) == "Troops <b>ordered</b>"
    assert "".join(p.text for line in trial.paragraphs for p in line) == text.replace("\n", "")


def test_one_rule_is_tried_even_if_it_is_switched_off_and_a_draft_as_it_is_typed() -> None:
    draft = (
        "watches:\n  - {watch: Mine, when: {event: rafah-operation}, send: {to: x}, enabled: no}\n"
    )
    watch = load_draft(SHIPPED, {"rules/new.yaml": draft.encode()})
    article = article_of_text("", ORDER, NOW)
    assert [a.rule_id for a in try_article(watch, article, rule_id="mine").alerts] == ["mine"]
    assert "mine" not in {a.rule_id for a in try_article(watch, article).alerts}
    assert try_article(watch, article, rule_id="nobody").alerts == ()


def test_nothing_to_try_and_a_private_address_are_refused_in_words() -> None:
    with pytest.raises(CannotTry, match="nothing to try"):
        article_of_text(" ", "\n", NOW)
    settings = Settings(watch=SHIPPED, store="sqlite://", archive="memory://")
    for url in ("http://127.0.0.1:9/x", "http://localhost/x", "file:///etc/passwd", "nonsense"):
        with pytest.raises(CannotTry, match="did not come"):
            article_at(url, settings)
