"""A stock YAML editor with our schemas: quiet on what is shipped, and it underlines mistakes."""

import warnings
from pathlib import Path

import pytest
from stock_editor import StockEditor, is_absent
from test_mistakes import FILES, planted

WATCH = Path(__file__).parents[2] / "include/watch"

# What no schema can know: other files, other lines, words inside a text, days that there are not.
ONLY_OURS = set(
    """
    channels/address channels/bare-slack-name feeds/no-publisher rules/a-lost-word
    rules/a-mistake-inside-a-list rules/a-rule-behind-another rules/above-and-below-nothing
    rules/all-that-is-wanted-is-excluded rules/an-empty-list rules/an-id-with-spaces
    rules/an-event-where-a-person-is-wanted rules/an-invisible-character rules/channel-as-comment
    rules/channel-with-a-hash-in-quotes rules/closed-bracket-in-a-query
    rules/event-by-its-description rules/misspelt-list rules/misspelt-zone
    rules/mute-until-a-day-that-is-none rules/near-without-number
    rules/no-figure-is-there-and-a-status-too rules/no-space-after-the-colon
    rules/nobody-is-told rules/number-with-a-leading-nought rules/only-none-of rules/only-not
    rules/open-bracket-in-a-query rules/open-quote-in-a-query rules/publisher-wanted-and-excluded
    rules/query-in-a-block rules/rise-by-nothing rules/rises-and-falls rules/small-and
    rules/several-words-as-one rules/speaker-by-name rules/star-at-the-front rules/test-of-nothing
    rules/test-outside-the-folder rules/test-with-a-missing-file rules/test-with-two-texts
    rules/the-same-name-twice rules/two-words-without-operator rules/unknown-channel
    rules/unknown-entities-in-a-list rules/unknown-event rules/unknown-figure rules/unknown-group
    rules/unknown-place rules/unknown-publisher rules/urgent-in-a-digest
    rules/wanted-and-excluded rules/words-of-every-article vocabulary/several-words-as-one
    """.split()  # noqa: SIM905
)


@pytest.fixture(scope="module", autouse=True)
def editor_is_there() -> None:
    absent = is_absent()
    if absent is None:
        return
    warnings.warn(f"NO STOCK EDITOR HERE, the schemas are untested in one: {absent}", stacklevel=1)
    pytest.skip(f"NO STOCK EDITOR HERE: {absent}")


def test_a_stock_editor_finds_nothing_in_what_is_shipped() -> None:
    shipped = sorted(WATCH.glob("*/*.yaml"))
    assert len(shipped) >= 10
    with StockEditor(WATCH) as editor:
        told = editor.problems(shipped)
    assert {path.name: found for path, found in told.items() if found} == {}


def test_a_stock_editor_underlines_every_mistake_that_a_schema_can_know(tmp_path: Path) -> None:
    names: dict[Path, str] = {}
    for path in FILES:
        kind = path.parent.name
        place = (path.stem, "channels.yaml") if kind == "channels" else (kind, path.name)
        target = tmp_path.joinpath(*place)
        target.parent.mkdir(exist_ok=True)
        target.write_text(planted(path.read_text(encoding="utf-8"))[0], encoding="utf-8")
        names[target] = f"{kind}/{path.stem}"
    with StockEditor(tmp_path) as editor:
        told = editor.problems(names)
    assert {names[path] for path, found in told.items() if not found} == ONLY_OURS
