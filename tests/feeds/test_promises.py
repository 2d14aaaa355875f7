"""`docs/polling.md` names a test for each promise: those tests are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_promise_about_polling_names_tests_that_exist() -> None:
    rows = [
        line.strip("| ").split(" | ")
        for line in (ROOT / "docs" / "polling.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| what happens")
    ]
    written = "\n".join(
        path.read_text(encoding="utf-8")
        for room in ("feeds", "fetch", "articles")
        for path in sorted((ROOT / "tests" / room).glob("test_*.py"))
    )
    tests = re.findall(r"^def test_(\w+)", written, re.M)
    missing = [
        f"{row[0]}: {name}"
        for row in rows
        for name in re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b(?!\.py)", row[-1])
        if not any(name in test for test in tests)
    ]
    assert len(rows) >= 45
    assert missing == []
    assert [row[0] for row in rows if len(row) != 3] == []
