"""YAML as nodes: every scalar as typed, every place told, and never an exception."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wirewatch.forms import Form, at, fill, scalar, suggest
from wirewatch.records import Vocabulary
from wirewatch.rules.load import load_rules
from wirewatch.watchfiles import load_channels, read_nodes


@pytest.mark.parametrize(
    "typed", ["no", "on", "22:00", "012", "1_000", "2024-02-07", "1e3", "0x1F", "~", "null", ".5"]
)
def test_a_scalar_stays_the_text_that_was_typed(typed: str) -> None:
    root, problems = read_nodes(f"a: {typed}\n".encode(), "f.yaml")
    assert root is not None
    assert problems == []
    assert scalar(at(root, "a")) == typed


def test_places_count_letters_not_bytes() -> None:
    root, _ = read_nodes("é: {ü: 1,\n  b: [x, “y”]}\n".encode(), "f.yaml")
    assert root is not None
    place = at(root, "é", "b", 1)
    assert (place.line, place.column, place.value) == (2, 10, "“y”")


BOMBS = {
    "aliases": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "depth": "[" * 50_000,
    "depth in blocks": "\n".join("  " * n + "a:" for n in range(400)),
    "many nodes": "a: [" + "x," * 400_000 + "]",
    "many bytes": "a: " + "x" * 3_000_000,
    "a huge key": "? " + "x" * 5_000 + "\n: y\n",
    "nul": "a: b\x00c\n",
    "only a mark": "\ufeff",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_or_read_in_one_plain_answer(name: str) -> None:
    _, problems = read_nodes(BOMBS[name].encode("utf-8"), "f.yaml")
    assert len(problems) <= 30


def test_a_file_that_is_not_utf8_says_where() -> None:
    _, (problem,) = read_nodes("a: b\nc: é\n".encode("latin-1"), "f.yaml")
    assert (problem.line, problem.column) == (2, 4)


YAMLISH = st.text(
    alphabet=st.sampled_from(list("ab:- \n\t\"'[]{}#&*!|>%@`,?~.\\é\u2028\ufeff01")), max_size=120
)
RULES = st.lists(
    st.sampled_from(
        ["watches:", "  - watch: a", "    when:", "      event: x", "    send: {to: b", "}",
         "    tests:", "      - text: |", "          b: c", "defaults:", "lists: {a: [b]}", "- ",
         "    when: {above: 1, mentions: '(a OR'}", "  - [", "      articles: [{}]", "\t", "'",
         "    only_if: {min_origins: two}", "      - {expect: x, file: ../../y}",
         "watch: a", "&a *a"]
    ), max_size=14,
).map("\n".join)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(YAMLISH | RULES)
def test_nothing_that_an_editor_types_makes_a_traceback(text: str) -> None:
    root, problems = read_nodes(text.encode("utf-8"), "f.yaml")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if root is not None:
        _, told = load_rules([root], Vocabulary(), read_text=lambda _file, _name: "")
        problems = [*problems, *told, *load_channels(root)[1]]
    for problem in problems:
        assert 1 <= problem.line <= len(lines) + 1
        assert problem.column >= 1
        assert problem.message.endswith((".", "?", "!"))
        assert "\n" not in problem.message or "\n" in problem.word


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_a_traceback(data: bytes) -> None:
    read_nodes(data, "f.yaml")


# ── Forms ─────────────────────────────────────────────────────────────────────────────────────


class Small(Form):
    name: str
    count: int | None = None
    on: bool = True
    words: tuple[str, ...] = ()


def test_a_form_is_filled_or_every_problem_is_told() -> None:
    good, _ = read_nodes(b"{name: no, count: 12, on: no, words: one}", "f.yaml")
    bad, _ = read_nodes(b'{count: "12", on: maybe, words: [[x]], naem: x}', "f.yaml")
    assert good is not None
    assert bad is not None
    form, problems = fill(good, Small)
    assert form == Small(name="no", count=12, on=False, words=("one",))
    assert problems == []
    form, problems = fill(bad, Small)
    assert form is None
    assert [(p.column, p.word, p.suggestion) for p in problems] == [
        (9, "12", None),
        (19, "maybe", None),
        (34, "words", None),
        (40, "naem", "name"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "a: b{ }: d",
        "a: b{- }: d",
        "a: [b, :{[}d e: f",
        "a: [b, :{{a: }d e: f",
        "a: {x} #b",
        "a: [{a }#b",
        "{- }b c: d: e",
    ],
)
def test_a_long_wrong_line_costs_its_length(
    costs_its_length: Callable[..., None], line: str
) -> None:
    begins, _, rest = line.partition("{")
    piece, _, ends = rest.rpartition("}")

    def work(letters: int) -> None:
        long = piece * (letters // len(piece))
        read_nodes(f"{begins}{long}{ends}\n".encode(), "f.yaml")

    costs_its_length(work, 60_000)


@pytest.mark.parametrize(
    ("line", "column", "word"),
    [
        ("a: {b: x c: d}", 10, "c"),
        ("a: [b: c d: e]", 10, "d"),
        ("a: {b:  x   c-d: e}", 13, "c-d"),
    ],
)
def test_a_missing_comma_is_told_at_the_word_behind_it(line: str, column: int, word: str) -> None:
    _, (trouble,) = read_nodes(f"{line}\n".encode(), "f.yaml")
    assert trouble.message == f"a comma is missing before “{word}”."
    assert (trouble.column, trouble.word) == (column, word)


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("rafah-opration", ("rafah-operation", "rafah"), "rafah-operation"),
        ("Rafah Operation", ("rafah-operation", "cairo-talks"), "rafah-operation"),
        ("hihg", ("low", "high", "urgent"), "high"),  # two letters that changed places
        ("serverity", ("severity", "send"), "severity"),
        ("Türkei", ("turkey", "tunis"), "turkey"),
        ("zzz", ("low", "high"), None),
        ("", ("low",), None),
    ],
)
def test_the_nearest_word_is_suggested_and_no_far_one(word, known, meant) -> None:
    assert suggest(word, known) == meant
