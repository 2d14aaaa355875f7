"""A draft is tried on the past with its own words, though the past was read with others."""

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from tests.desk.past_made import (
    ABOUT,
    EARLY,
    EVERYTHING,
    HALABI,
    NOW,
    PAIR,
    draft,
    judged,
    keep,
    pair,
    run,
    waiting,
)

from wirewatch.desk.backtest import compare_steps
from wirewatch.desk.watch import Watch, load_draft
from wirewatch.records import Article
from wirewatch.store import Store


def test_a_draft_with_other_words_reads_only_what_they_touch_anew(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    bread = Article(
        article_id="b", url="https://x.example/b", publisher="P", title="Bread", text="It is dear."
    )
    keep(store, watch, [bread, *pair()])
    report = run(store, draft(tmp_path, HALABI, ABOUT))
    assert [a.rule_id for a in report.alerts] == ["halabi"]
    assert "Halabi" in report.alerts[0].developments[0].sentence
    assert 1 <= report.read_anew <= 2


def test_words_that_no_tried_rule_uses_read_nothing_anew(
    store: Store, watch: Watch, tmp_path: Path
) -> None:
    keep(store, watch, pair())
    rules = "watches:\n  - watch: Talks\n    when: {mentions: truce}\n    send: {to: desk}\n"
    assert run(store, draft(tmp_path, HALABI, rules)).read_anew == 0


STRIKE = """events:
  bakers-strike: {about: Bakers strike, what: [WHAT], where: [Velmar]}
"""
STRUCK = """watches:
  - watch: Bakers
    when: {event: bakers-strike, becomes: [under way, planned, over, ordered, threatened]}
    send: {to: desk}
"""


@pytest.mark.parametrize(
    ("text", "what", "tells"),
    [
        ("The bakers of Velmar began a walk-out on Monday.", "walkout", True),
        ("The bakers struck in Velmar on Monday.", "strike", True),
        ("The bakers of Velmar began a walk-out on Monday.", "lock out", False),
    ],
)
def test_a_new_event_is_found_in_the_past_in_all_its_forms(
    store: Store, tmp_path: Path, text: str, what: str, tells: bool
) -> None:
    """What the quick look passes over must be nothing that the reading would find."""
    before = draft(tmp_path, HALABI, ABOUT)
    article = Article(
        article_id="a", url="https://x.example/a", publisher="P", title="Strike", text=text
    )
    keep(store, before, [article])
    after = draft(tmp_path, STRIKE.replace("WHAT", what), STRUCK)
    report = run(store, after)
    assert [a.rule_id for a in report.alerts] == (["bakers"] if tells else [])
    assert report.read_anew == (1 if tells else 0)


def test_what_was_told_long_ago_is_no_news_to_a_new_event(store: Store, tmp_path: Path) -> None:
    before = draft(tmp_path, HALABI, ABOUT)
    text = "The bakers of Velmar began a walk-out on Monday."
    first, copy = (
        Article(
            article_id=name, url=f"https://x.example/{name}", publisher=name, title="", text=text
        )
        for name in ("a", "b")
    )
    waiting(store, before, [replace(first, arrived=NOW - timedelta(days=20))])
    judged(store, before, NOW - timedelta(days=20))
    waiting(store, before, [replace(copy, arrived=EARLY)])
    judged(store, before)
    report = run(store, draft(tmp_path, STRIKE.replace("WHAT", "walkout"), STRUCK))
    assert (report.articles, report.read_anew, report.alerts) == (1, 1, [])


def test_an_event_that_was_taken_out_is_told_no_more(store: Store, tmp_path: Path) -> None:
    before = draft(tmp_path, STRIKE.replace("WHAT", "walkout"), STRUCK)
    text = "The bakers of Velmar began a walk-out on Monday."
    keep(
        store,
        before,
        [Article(article_id="a", url="https://x.example/a", publisher="P", title="", text=text)],
    )
    assert len(run(store, before).alerts) == 1
    other = STRIKE.replace("WHAT", "lockout")
    assert run(store, draft(tmp_path, other, STRUCK)).alerts == []
    words = "watches:\n  - watch: W\n    when: {mentions: bakers}\n    send: {to: desk}\n"
    (alert,) = run(store, draft(tmp_path, other, words)).alerts
    assert alert.developments[0].sentence == text


def test_a_draft_is_compared_with_the_saved_rule(store: Store, watch: Watch) -> None:
    keep(store, watch, pair())
    text = (PAIR / "watch/rules/valley.yaml").read_text(encoding="utf-8")
    file = "rules/valley.yaml"
    narrow = text.replace("watches:", "watches:\n  - watch: Bread\n    when: {mentions: Halabi}\n"
                          "    send: {to: desk}", 1)  # fmt: skip
    folder = load_draft(PAIR / "watch", {file: narrow.encode()})
    rules = ["bread", EVERYTHING]
    steps = list(compare_steps(store, watch, folder, NOW, days=7, rules=rules, zone=UTC))
    last = steps[-1]
    assert {alert.rule_id for alert in last.more} == {"bread"}
    assert last.fewer == []
    assert (last.done, last.of) == (4, 4)
    assert last.says == f"{len(last.more)} more, 0 fewer, 2 as before"
    back = list(compare_steps(store, folder, watch, NOW, days=7, rules=rules, zone=UTC))[-1]
    assert back.fewer == last.more
