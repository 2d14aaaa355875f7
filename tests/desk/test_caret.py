"""Where somebody types in a file, told while the file is half written. ‸ marks the place."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from wirewatch.desk.caret import Caret, caret

SHIPPED = Path(__file__).parents[2] / "include" / "watch"


def at(marked: str) -> Caret | None:
    before, _, after = marked.partition("‸")
    line = before.count("\n")
    return caret(before + after, line, len(before) - (before.rfind("\n") + 1))


ONE = "watches:\n  - watch: A\n    "
RULE = "watches:\n  - watch: A\n    when:\n      event: x\n"


@pytest.mark.parametrize(
    ("marked", "role", "path", "word"),
    [
        ("‸", "key", "", ""),
        ("wat‸", "key", "", "wat"),
        ("watches:\n  - ‸", "key", "watches *", ""),
        ("watches:\n- wa‸", "key", "watches *", "wa"),
        ("watches:\n  - watch: A\n    ‸", "key", "watches *", ""),
        ("watches:\n  - watch: A\n    wh‸\n  - watch: B\n", "key", "watches *", "wh"),
        ("watches:\n  - watch: A‸", "value", "watches * watch", "A"),
        ("watches:\n  - watch: A\n    when:\n      ‸", "key", "watches * when", ""),
        (RULE + "      bec‸", "key", "watches * when", "bec"),
        (RULE + "    se‸", "key", "watches *", "se"),
        (RULE + "  - ‸", "key", "watches *", ""),
        (RULE + "‸", "key", "", ""),
        (RULE + "      becomes: ‸", "value", "watches * when becomes", ""),
        (RULE + "      becomes: und‸er way", "value", "watches * when becomes", "und"),
        (RULE + "      becomes: [‸", "value", "watches * when becomes *", ""),
        (RULE + "      becomes: [ordered, un‸]", "value", "watches * when becomes *", "un"),
        (RULE + "      becomes:\n        - or‸", "key", "watches * when becomes *", "or"),
        (RULE + "      becomes:\n      - or‸", "key", "watches * when becomes *", "or"),
        (ONE + "when: {‸", "key", "watches * when", ""),
        (ONE + "when: {event: x, be‸}", "key", "watches * when", "be"),
        (ONE + "when: {event: ‸}", "value", "watches * when event", ""),
        (ONE + "when: {event: [x, y‸", "value", "watches * when event *", "y"),
        (ONE + "when: {event: x,\n           be‸", "key", "watches * when", "be"),
        ("watches:\n  - {watch: A, when: {event: x}, se‸", "key", "watches *", "se"),
        ("watches:\n  - {watch: A, send: {to: ‸", "value", "watches * send to", ""),
        ("watches:\n  - watch: A\n    send: {to: \"gaz‸\"}", "value", "watches * send to", "gaz"),
        ("watches:\n  - watch: A\n    send: {to: 'ga‸", "value", "watches * send to", "ga"),
        ("watches:\n  - watch: 'it''s a: b'\n    wh‸", "key", "watches *", "wh"),
        ("events:\n  rafah:\n    whe‸", "key", "events rafah", "whe"),
        ("events:\n  rafah:\n    where: [raf‸", "value", "events rafah where *", "raf"),
        ("entities:\n  x: {name: X, ki‸", "key", "entities x", "ki"),
        (RULE + "    tests:\n      - text: |\n          when: not a key\n        exp‸", "key",
         "watches * tests *", "exp"),
        (RULE + "    tests:\n      - name: a\n        articles:\n          - {file: t‸", "value",
         "watches * tests * articles * file", "t"),
        ("# watches:\nlis‸", "key", "", "lis"),
        ("lists:\n  a: [x, # why\n   ‸", "value", "lists a *", ""),
    ],
)  # fmt: skip
def test_it_knows_the_keys_above_and_what_is_typed(
    marked: str, role: str, path: str, word: str
) -> None:
    found = at(marked)
    assert found
    assert (found.role, " ".join(found.path), found.word) == (role, path, word)


@pytest.mark.parametrize(
    "marked",
    [
        "# a com‸ment",
        "watches:  # no‸",
        "watches:\n  - watch: A # wh‸y",
        RULE + "    tests:\n      - text: |\n          when‸",
        RULE + "    tests:\n      - text: |\n          a\n\n          ‸",
        "watches:\n  - watch: A\n      too dee‸p",
        'watches:\n  - watch: "A" ‸',
    ],
)
def test_in_comments_and_long_texts_there_is_nothing(marked: str) -> None:
    assert at(marked) is None


def test_the_keys_beside_are_those_above_and_below() -> None:
    found = at("watches:\n  - watch: A\n    ‸\n    send: {to: x}\n  - watch: B\n    owner: x\n")
    assert found
    assert found.beside == {"watch", "send"}
    assert found.indent == 4


def test_the_whole_word_is_known_from_anywhere_in_it() -> None:
    for marked, text in [
        (RULE + "      bec‸omes: [x]", "becomes"),
        (RULE + "      becomes: [ordered, un‸der way]", "under way"),
        (RULE + "      event: raf‸ah-operation # why", "rafah-operation"),
        (RULE + '      about: ["ga‸za"]', "gaza"),
    ]:
        found = at(marked)
        assert found
        assert found.text == text


def test_every_place_of_the_shipped_files_is_known_as_the_parser_knows_it() -> None:
    """Each scalar of each file: its path from the walk is its path in the parsed tree."""
    from wirewatch.records import Node
    from wirewatch.watchfiles import read_nodes

    def leaves(node: Node, path: tuple[str, ...]) -> list[tuple[Node, tuple[str, ...], bool]]:
        if node.kind == "list":
            return [leaf for item in node.value for leaf in leaves(item, (*path, "*"))]  # type: ignore[arg-type]
        if node.kind == "map":
            found: list[tuple[Node, tuple[str, ...], bool]] = []
            for key, value in node.value:  # type: ignore[misc]
                found.append((key, path, True))
                found += leaves(value, (*path, key.value))
            return found
        return [(node, path, False)]

    seen = 0
    for file in SHIPPED.glob("*/*.yaml"):
        text = file.read_text(encoding="utf-8")
        root, _ = read_nodes(text.encode(), file.name)
        assert root
        lines = text.split("\n")
        for node, path, is_key in leaves(root, ()):
            line = lines[node.line - 1]
            if line[node.column - 1 : node.column] == "|" or not node.value:
                continue
            found = caret(text, node.line - 1, node.column + (0 if node.plain else 1))
            assert found, (file.name, node)
            assert found.path == path, (file.name, node)
            assert found.role == "key" if is_key else True
            seen += 1
    assert seen > 1500


@given(
    some.text(alphabet="ab :-{}[],'\"#|>\n\\", max_size=60),
    some.integers(0, 5),
    some.integers(0, 30),
)
def test_no_text_upsets_it(text: str, line: int, column: int) -> None:
    caret(text, line, column)


@pytest.mark.parametrize("line", ["a" + " " * 50_000, "a:b" * 20_000, "- " * 25_000, "{" * 50_000])
def test_a_line_without_end_takes_no_time_without_end(line: str) -> None:
    began = time.process_time()
    caret(f"{line}\n{line}", 1, len(line))
    caret(f"{line}\n{line}", 1, 3)
    assert time.process_time() - began < 3
