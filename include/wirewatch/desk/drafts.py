"""What is wrong with a file while an editor types it: where to underline, and the mend as an edit.

`problems_of` is quick enough for each pause in typing; `trials_of` runs the examples and tests,
and takes its time. Together they say what `wirewatch check` says once the file is saved.
"""

import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from wirewatch.desk.mends import Edit, mend_of, span_of
from wirewatch.desk.watch import Watch, load_draft, load_watch
from wirewatch.records import Problem, Rule, RuleTest, Vocabulary
from wirewatch.text import digest

if TYPE_CHECKING:
    from wirewatch.reading.tagger import Tagger

PATIENCE: Final = 5.0  # seconds of tests; an editor waits no longer for a verdict
_KEPT: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem in the text: from `start` to `end` it is underlined, `mend` is the one click.

    Places count UTF-16 units from the beginning, as browsers do, a line's end being one.
    """

    problem: Problem
    start: int
    end: int
    mend: Edit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What is wrong in the draft, and what it breaks in other files.

    `untried` counts the tests for which there was no time.
    """

    here: tuple[Finding, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    untried: int = 0

    @property
    def errors(self) -> int:
        """How many of the problems keep something from being used."""
        every = [*(finding.problem for finding in self.here), *self.elsewhere]
        return sum(problem.severity == "error" for problem in every)


def problems_of(folder: Path, file: str, text: str, zone: tzinfo = UTC) -> Diagnosis:
    """What is badly written in the draft of one file, taken together with all others as saved."""
    draft = _draft(folder, file, text, zone)
    saved = _told(load_watch(folder, zone).problems)
    return _diagnosis(file, text, draft.problems, saved)


def trials_of(
    folder: Path, file: str, text: str, zone: tzinfo = UTC, *, patience: float = PATIENCE
) -> Diagnosis:
    """The examples and tests that do not hold with the draft, what was found before at once.

    A draft of rules runs the tests of its own rules, one of vocabulary those of all rules.
    """
    draft = _draft(folder, file, text, zone)
    saved = load_watch(folder, zone)
    every = not file.startswith("rules/")
    until = time.monotonic() + patience
    problems: list[Problem] = list(examples(draft)) if every else []
    known: list[Problem] = list(examples(saved)) if every else []
    untried = 0
    for rule, test in tests_in(draft, None if every else file):
        found = run_one(draft, rule, test, until=until)
        untried += found is None
        problems += found or ()
    if any(problem.file != file for problem in problems):
        known += _known_failures(saved, {p.file for p in problems} - {file}, until)
    return replace(_diagnosis(file, text, problems, _told(known)), untried=untried)


def _known_failures(saved: Watch, files: Iterable[str], until: float) -> Iterator[Problem]:
    """Tests of other files that fail without the draft, too."""
    for file in files:
        for rule, test in tests_in(saved, file):
            yield from run_one(saved, rule, test, until=until) or ()


def _draft(folder: Path, file: str, text: str, zone: tzinfo) -> Watch:
    return load_draft(folder, {file: text.encode("utf-8", "replace")}, zone)


def _told(problems: Iterable[Problem]) -> set[tuple[str, str, str]]:
    return {(p.file, p.word, p.message) for p in problems}


def _diagnosis(
    file: str, text: str, problems: Iterable[Problem], saved: set[tuple[str, str, str]]
) -> Diagnosis:
    lines = text.split("\n")
    begins = list(accumulate((_units(line) + 1 for line in lines), initial=0))
    here: list[Finding] = []
    elsewhere: list[Problem] = []
    for problem in problems:
        if problem.file == file:
            here.append(_finding(problem, lines, begins))
        elif (problem.file, problem.word, problem.message) not in saved:
            elsewhere.append(problem)
    here.sort(key=lambda f: (f.start, f.problem.severity))
    return Diagnosis(here=tuple(here), elsewhere=tuple(elsewhere))


def _finding(problem: Problem, lines: Sequence[str], begins: Sequence[int]) -> Finding:
    number = min(problem.line, len(lines)) - 1
    line, begin = lines[number], begins[number]

    def place(column: int) -> int:
        return begin + _units(line[:column])

    start, end = span_of(lines, problem)
    mend = mend_of(lines, problem)
    if mend:
        mend = replace(mend, start=place(mend.start), end=place(mend.end))
    return Finding(problem=problem, start=place(start), end=place(end), mend=mend)


def _units(text: str) -> int:
    """How many UTF-16 units a text has."""
    return len(text) + (0 if text.isascii() else sum(letter > "\uffff" for letter in text))


# ── Examples and tests ────────────────────────────────────────────────────────────────────────


def examples(watch: Watch) -> list[Problem]:
    """The `yes` and `no` sentences of the vocabulary that do not hold."""
    from wirewatch.reading.load import try_examples

    return try_examples(watch.vocabulary, watch.nodes.vocabulary)


def tests_in(watch: Watch, file: str | None) -> list[tuple[Rule, RuleTest]]:
    """Every test of the good rules, or of those in one file."""
    return [
        (rule, test) for rule in watch.rules if file in (None, rule.file) for test in rule.tests
    ]


def run_one(watch: Watch, rule: Rule, test: RuleTest, *, until: float) -> list[Problem] | None:
    """What does not hold in a test; None if it was not run before and there is no time left.

    A test is run again only when its rule, its text or the vocabulary says something else.
    """
    meaning = replace(rule, tests=(), file="", line=0, notes=None, since=None)
    steps = tuple(replace(step, line=0, column=0) for step in test.articles)
    key = digest(watch.vocabulary.version, repr(meaning), test.name, repr(steps))
    found = _VERDICTS.get(key)
    if found is None:
        if time.monotonic() > until:
            return None
        from wirewatch.desk.trial import run_test

        numbered = tuple(replace(step, line=n) for n, step in enumerate(steps))
        told = run_test(watch, rule, replace(test, articles=numbered), _tagger(watch.vocabulary))
        found = tuple((problem.line, problem.message) for problem in told)
        _VERDICTS.keep(key, found)
    return [
        Problem(
            file=rule.file,
            line=test.articles[number].line,
            column=test.articles[number].column,
            severity="error",
            word=test.articles[number].expect,
            message=message,
        )
        for number, message in found
    ]


Verdict = tuple[tuple[int, str], ...]


class _Verdicts:
    """How tests ended, the latest few thousand."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Verdict] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Verdict | None:
        """The verdict, if the test was run with all else the same."""
        with self._lock:
            found = self._known.get(key)
            if found is not None:
                self._known.move_to_end(key)
            return found

    def keep(self, key: str, verdict: Verdict) -> None:
        """Remember a verdict."""
        with self._lock:
            self._known[key] = verdict
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)


_VERDICTS = _Verdicts()


@lru_cache(maxsize=4)
def _tagger(vocabulary: Vocabulary) -> "Tagger":
    from wirewatch.reading.tagger import Tagger

    return Tagger(vocabulary)
