"""`docs/polling.md` has 52 numbered promises and names tests for each: those tests are there."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROWS = [
    line.strip("| ").split(" | ")
    for line in (ROOT / "docs" / "polling.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| row")
]


@cache
def written_tests() -> list[str]:
    """The names of all tests about feeds, fetching and pages, without `test_`."""
    written = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("feeds", "fetch", "articles")
        for path in sorted((ROOT / "tests" / room).glob("test_*.py"))
    )
    return re.findall(r"^def test_(\w+)", written, re.M)


def test_the_promises_are_numbered_from_1_to_52() -> None:
    assert [row[0] for row in ROWS if row[0] != "–"] == [str(n) for n in range(1, 53)]


@pytest.mark.parametrize("row", ROWS, ids=[f"{row[0]} {row[1][:40]}" for row in ROWS])
def test_a_promise_about_polling_names_tests_that_exist(row: list[str]) -> None:
    assert len(row) == 4
    names = row[3].split(", ")
    assert [name for name in names if not any(name in test for test in written_tests())] == []
