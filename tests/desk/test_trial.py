"""The tests that stand in rules: how their articles are taken, and what is said if one fails."""

import shutil
from pathlib import Path

import pytest

from wirewatch.desk.check import check
from wirewatch.desk.replay import Replay
from wirewatch.records import Article

BASE = Path(__file__).parents[1] / "watchfiles" / "base"
ORDER = "Netanyahu ordered troops to prepare to operate in Rafah."
WATCH = """watches:
  - watch: Rafah
    when: {when}
    only_if: {only_if}
    send: {send}
    tests:
{tests}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BASE, tmp_path / "watch"))


def told(
    folder: Path,
    tests: str,
    send: str = "{to: gaza-desk}",
    only_if: str = "{}",
    when: str = "{event: rafah-operation}",
) -> list[str]:
    """What a check says of a rule with these tests."""
    (folder / "rules").mkdir(exist_ok=True)
    lines = "\n".join(f"      - {line}" for line in tests.splitlines())
    text = WATCH.format(when=when, only_if=only_if, send=send, tests=lines)
    (folder / "rules/a.yaml").write_text(text, encoding="utf-8")
    return [f"{p.line}:{p.column} {p.message}" for p in check(folder) if p.severity == "error"]


def steps(*some: tuple[str, str]) -> str:
    return "articles: [" + ", ".join(f'{{text: "{t}", expect: {e}}}' for t, e in some) + "]"


def test_a_test_that_holds_says_nothing(folder: Path) -> None:
    assert told(folder, f"{{text: {ORDER}, expect: alert}}") == []


def test_an_alert_that_should_not_have_come_is_told_with_its_because(folder: Path) -> None:
    (said,) = told(folder, f"{{text: {ORDER} Bread is dear in Rafah., expect: silent}}")
    assert said.startswith("7:")
    assert "expected silent, it is alert: " in said
    assert "operation in Rafah" in said
    assert "does not tell of" not in said


def test_an_alert_that_did_not_come_is_told_with_the_last_no(folder: Path) -> None:
    when = "{event: rafah-operation, becomes: [under way]}"
    (said,) = told(folder, f"{{text: {ORDER}, expect: alert}}", when=when)
    assert "expected alert, it is silent: becomes: it became ordered, not under way" in said


def test_each_article_of_a_test_has_its_own_expectation(folder: Path) -> None:
    (said,) = told(folder, steps((ORDER, "alert"), (ORDER, "update")))
    assert "article 2: expected update, it is silent" in said


def test_a_held_alert_counts_as_an_alert(folder: Path) -> None:
    send = "{to: gaza-desk, digest: daily 08:00}"
    assert told(folder, f"{{text: {ORDER}, expect: alert}}", send=send) == []


def test_articles_without_a_publisher_have_each_their_own(folder: Path) -> None:
    first = f'articles: [{{text: "{ORDER}", expect: silent}}, '
    second = f'{{text: "{ORDER}", publisher: Example Daily, expect: alert}}]'
    assert told(folder, first + second, only_if="{publishers: [Example Daily]}") == []
    both = steps((ORDER, "silent"), (ORDER, "silent"))
    assert told(folder, both, only_if="{publishers: [Example Daily]}") == []


def test_the_clock_begins_at_noon_and_goes_by_the_hour(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell, times = Replay.tell, []

    def note(replay: Replay, article: Article) -> object:
        times.append(f"{article.published:%Y-%m-%d %H:%M}")
        return tell(replay, article)

    monkeypatch.setattr(Replay, "tell", note)
    given = "{text: Bread., published: 2024-02-07 18:00, expect: silent}"
    told(folder, "articles: [" + ", ".join(["{text: A., expect: silent}"] * 2) + "]")
    told(folder, f"articles: [{given}, {{text: B., expect: silent}}]")
    assert [time[-5:] for time in times[:2]] == ["12:00", "13:00"]
    assert times[2:] == ["2024-02-07 18:00", "2024-02-07 19:00"]


def test_a_file_stands_beside_the_rule(folder: Path) -> None:
    (folder / "rules/tests").mkdir(parents=True, exist_ok=True)
    (folder / "rules/tests/order.txt").write_text(ORDER, encoding="utf-8")
    assert told(folder, "{file: tests/order.txt, expect: alert}") == []


def test_a_title_is_read_too(folder: Path) -> None:
    title = '{title: Troops to operate in Rafah, text: "Bread is dear in Oslo.", expect: alert}'
    assert told(folder, title) == []


def test_a_rule_that_is_switched_off_is_tried_all_the_same(folder: Path) -> None:
    (folder / "rules").mkdir(exist_ok=True)
    text = WATCH.format(
        when="{event: rafah-operation}",
        only_if="{}",
        send="{to: gaza-desk}",
        tests=f"      - {{text: {ORDER}, expect: silent}}",
    )
    (folder / "rules/a.yaml").write_text(text + "    enabled: no\n", encoding="utf-8")
    assert len(check(folder)) == 1
