"""How the tests that stand in a rule are read: articles in order, each with what should come."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from wirewatch.forms import Mistake, at, fill, items, key_node, pairs, problem, scalar
from wirewatch.records import Node, Problem, RuleTest, RuleTestArticle
from wirewatch.rules.shape import SYNONYMS, StepForm, TestForm
from wirewatch.rules.values import NOON, is_bare_day

_OF_ONE = ("text", "file", "title", "publisher", "published", "expect")


def read_tests(
    watch: Node, read_text: Callable[[str, str], str] | None
) -> tuple[tuple[RuleTest, ...], list[Problem]]:
    """The good tests of a rule; what is wrong beyond the form of each is told at its place."""
    tests: list[RuleTest] = []
    problems: list[Problem] = []
    for number, item in enumerate(_items(watch, "tests", problems), 1):
        form, told = fill(item, TestForm, SYNONYMS)
        problems += told
        if item.kind == "map":
            problems += _shape(item)
        steps = _steps(item, form)
        articles = [_step(node, step, read_text, problems) for node, step in steps]
        good = [article for article in articles if article]
        if form and good and len(good) == len(articles):
            tests.append(RuleTest(name=form.name or f"test {number}", articles=tuple(good)))
    return tuple(tests), problems


def _items(node: Node, name: str, problems: list[Problem]) -> Sequence[Node]:
    found = at(node, name)
    if found is node or found.value == "":
        return ()
    if found.kind == "list":
        return items(found)
    problems.append(problem(found, f"“{name}” is a list: start each item with “- ”", word=name))
    return ()


def _has(node: Node, name: str) -> bool:
    return node.kind == "map" and any(
        scalar(key) == name and value.value != "" for key, value in pairs(node)
    )


def _steps(item: Node, form: TestForm | None) -> list[tuple[Node, TestForm | StepForm | None]]:
    """Each article's node, with its form if that is good."""
    if item.kind != "map":
        return []
    if not _has(item, "articles"):
        return [(item, form)]
    node = at(item, "articles")
    steps = form.articles if form else ()
    nodes = items(node) if node.kind == "list" else ()
    return [(each, steps[n] if n < len(steps) else None) for n, each in enumerate(nodes)]


def _shape(item: Node) -> Iterator[Problem]:
    """Either one article or several; each with a text and what is expected."""
    if _has(item, "articles"):
        beside = next((name for name in _OF_ONE if _has(item, name)), None)
        if beside:
            said = f"“{beside}” belongs to one of the “articles”, or leave out “articles”"
            yield problem(key_node(item, (beside,)), said)
    elif not _has(item, "expect"):
        yield problem(item, "“expect” is missing here: alert, update or silent", word="expect")


def _step(
    node: Node,
    form: TestForm | StepForm | None,
    read_text: Callable[[str, str], str] | None,
    problems: list[Problem],
) -> RuleTestArticle | None:
    if _has(node, "text") and _has(node, "file"):
        said = "“file” stands beside “text”: an article has one of them"
        problems.append(problem(key_node(node, ("file",)), said))
        return None
    if not any(_has(node, name) for name in ("text", "file", "title")):
        problems.append(problem(node, "“text” or “file” is missing here", word="text"))
        return None
    text = _text(node, form, read_text, problems)
    if form is None or form.expect is None or text is None:
        return None
    expect = at(node, "expect")
    return RuleTestArticle(
        expect=form.expect,
        text=text,
        line=expect.line,
        column=expect.column,
        title=form.title or "",
        publisher=form.publisher,
        published=_published(node, form.published),
    )


def _text(
    node: Node,
    form: TestForm | StepForm | None,
    read_text: Callable[[str, str], str] | None,
    problems: list[Problem],
) -> str | None:
    if not _has(node, "file"):
        return (form.text or "") if form else None
    place = at(node, "file")
    if place.kind != "scalar" or read_text is None:
        return None
    try:
        return read_text(node.file, scalar(place))
    except Mistake as mistake:
        problems.append(problem(place, str(mistake), suggestion=mistake.suggestion))
        return None


def _published(node: Node, moment: datetime | None) -> datetime | None:
    """A time without a zone is UTC, a bare day its noon."""
    if moment is None:
        return None
    if is_bare_day(scalar(at(node, "published"))):
        moment = datetime.combine(moment.date(), NOON)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
