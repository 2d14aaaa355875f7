"""How the tests that stand in a rule are read: articles in order, each with what should come."""

from collections.abc import Callable, Iterator
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
    node = at(watch, "tests")
    if node is watch or node.kind != "list":
        return (), []
    for number, item in enumerate(items(node), 1):
        if item.kind != "map":
            continue  # the form has told it
        problems += _shape(item)
        name = scalar(at(item, "name")) if _has(item, "name") else f"test {number}"
        articles = [step for step in (_step(n, read_text, problems) for n in _steps(item)) if step]
        if articles and len(articles) == len(_steps(item)):
            tests.append(RuleTest(name=name, articles=tuple(articles)))
    return tuple(tests), problems


def _has(node: Node, name: str) -> bool:
    return any(scalar(key) == name and value.value != "" for key, value in pairs(node))


def _steps(item: Node) -> list[Node]:
    if not _has(item, "articles"):
        return [item]
    return (
        [step for step in items(at(item, "articles"))]
        if at(item, "articles").kind == "list"
        else []
    )


def _shape(item: Node) -> Iterator[Problem]:
    """Either one article or several; each with a text and what is expected."""
    if _has(item, "articles"):
        beside = next((name for name in _OF_ONE if _has(item, name)), None)
        if beside:
            said = f"“{beside}” belongs to one of the “articles”, or leave out “articles”"
            yield problem(key_node(item, (beside,)), said)
        return
    if not _has(item, "expect"):
        yield problem(item, "“expect” is missing here: alert, update or silent", word="expect")


def _step(
    node: Node, read_text: Callable[[str, str], str] | None, problems: list[Problem]
) -> RuleTestArticle | None:
    if node.kind != "map":
        return None
    if _has(node, "text") and _has(node, "file"):
        said = "“file” stands beside “text”: an article has one of them"
        problems.append(problem(key_node(node, ("file",)), said))
        return None
    if not any(_has(node, name) for name in ("text", "file", "title")):
        problems.append(problem(node, "“text” or “file” is missing here", word="text"))
        return None
    form: TestForm | StepForm | None
    form, told = fill(node, TestForm if _has(node, "name") else StepForm, SYNONYMS)
    text = _text(node, form, read_text, problems)
    if form is None or form.expect is None or text is None or told:
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
