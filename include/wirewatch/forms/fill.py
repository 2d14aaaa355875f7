"""What an editor is told when a group of lines does not fill its form."""

from collections.abc import Mapping, Sequence
from enum import Enum
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from wirewatch.forms.nodes import at, key_node, plain_value, problem, scalar
from wirewatch.forms.spelling import suggest
from wirewatch.forms.values import Mistake, Word, read_number, read_yes_no
from wirewatch.records import Node, Problem


class Form(BaseModel):
    """What one group of lines may hold. Unknown keys are mistakes; one value stands for a list.

    Use `str`, `int`, `float`, `bool`, `Literal`, an Enum, `Duration`, `tuple[…, ...]`, other
    Forms, and any type with a BeforeValidator that raises `Mistake`. An empty value counts as
    left out.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    @field_validator("*", mode="before")
    @classmethod
    def _typed(cls, value: Any, info: ValidationInfo) -> Any:
        """A single value for a list of values; text as number or yes-or-no where that is wanted."""
        field = cls.model_fields[str(info.field_name)]
        if field.metadata and any(isinstance(m, BeforeValidator) for m in field.metadata):
            return value
        wanted, is_list = _wanted(field.annotation)
        if not is_list:
            return _convert(value, wanted)
        if isinstance(value, Word) and not _is_form(wanted):
            value = [value]
        if isinstance(value, list):
            return [_convert(item, wanted) for item in value]
        return value


def _wanted(annotation: Any) -> tuple[Any, bool]:
    """The type behind Optional and tuple[…, ...], and whether there was a tuple."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        rest = [arg for arg in get_args(annotation) if arg is not type(None)]
        return _wanted(rest[0]) if len(rest) == 1 else (annotation, False)
    if origin in (tuple, list):
        inner = get_args(annotation)[0]
        return inner, True
    return annotation, False


def _is_form(wanted: Any) -> bool:
    return isinstance(wanted, type) and issubclass(wanted, Form)


def _convert(value: Any, wanted: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value  # a form that code fills
    if wanted is bool:
        return read_yes_no(value)
    if wanted in (int, float):
        return read_number(value, whole=wanted is int)
    if wanted is str and isinstance(value, Word) and value == "" and value.plain:
        raise Mistake("this is empty")
    return value


FormT = TypeVar("FormT", bound=BaseModel)
_NONE: Mapping[str, str] = {}


def fill(
    node: Node,
    form: type[FormT],
    synonyms: Mapping[str, str] = _NONE,
    *,
    key: Node | None = None,
) -> tuple[FormT | None, list[Problem]]:
    """The form that a mapping fills, or None, and every problem in it, in order of place.

    `synonyms` are keys that people write for another one (`throttle` for `at_most_every`).
    `key` is the mapping's own key, if it has one: what is missing is then told there.
    """
    if node.kind != "map":
        return None, [problem(node, "this should be a group of lines such as “name: value”")]
    try:
        return form.model_validate(plain_value(node)), []
    except ValidationError as error:
        found = [
            _explain(node, form, synonyms, key, details)
            for details in error.errors(include_url=False)
        ]
        meant = {p.suggestion for p in found}
        told = [
            p for p in found if not (p.message.endswith("is missing here.") and p.word in meant)
        ]
        return None, sorted(told, key=lambda p: (p.line, p.column))


def _explain(
    node: Node, form: type[BaseModel], synonyms: Mapping[str, str], key: Node | None, details: Any
) -> Problem:
    """One of pydantic's findings as a problem in the editor's words."""
    path: tuple[str | int, ...] = details["loc"]
    kind: str = details["type"]
    if kind == "extra_forbidden":
        return _unknown_key(node, form, synonyms, path)
    if kind == "missing":
        return _missing(node, key, path)
    where = at(node, *path)
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    if kind == "value_error":
        mistake = details["ctx"]["error"]
        if getattr(mistake, "key", None):
            where = key_node(node, (*path, mistake.key))
        return problem(where, str(mistake), suggestion=getattr(mistake, "suggestion", None))
    if kind in ("literal_error", "enum"):
        allowed = _allowed(form, path)
        said = f"“{scalar(where) or name}” is not one of {', '.join(allowed)}"
        return problem(where, said, suggestion=suggest(scalar(where), allowed))
    return problem(where, _shape_wanted(kind, name), word=scalar(where) or name)


def _shape_wanted(kind: str, name: str) -> str:
    if kind == "string_type":
        return f"“{name}” takes one text, not a list or a group of lines"
    if kind in ("tuple_type", "list_type"):
        return f"“{name}” is a list: start each item with “- ”"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return f"“{name}” is a group of lines: write its parts under it, each as “name: value”"
    return f"“{name}” is not written as it should be"


def _missing(node: Node, key: Node | None, path: Sequence[str | int]) -> Problem:
    """Told at the first line of the item that lacks it; an empty one at its own key."""
    name = str(path[-1])
    own = key_node(node, path)
    parent = at(node, *path[:-1])
    if own is not parent:
        return problem(own, f"“{name}” is empty", word=name)
    item = next((at(node, *path[:n]) for n in range(len(path) - 1, 0, -1)
                 if isinstance(path[n - 1], int)), None)  # fmt: skip
    return problem(item or key or node, f"“{name}” is missing here", word=name)


def _unknown_key(
    node: Node, form: type[BaseModel], synonyms: Mapping[str, str], path: Sequence[str | int]
) -> Problem:
    name = str(path[-1])
    here = _form_at(form, path[:-1])
    known = _keys(here)
    where = key_node(node, path)
    meant = synonyms.get(name.lower(), name)
    near = meant if meant in known else suggest(name, known)
    if near is None or near != meant:
        home = _home(form, meant)
        if home and home[-1:] != [near]:
            under = " under ".join(f"“{step}”" for step in reversed(home))
            word = f"“{name}”" if meant == name else f"“{name}” is written “{meant}” and"
            return problem(where, f"{word} belongs under {under}", word=name, suggestion=None)
    if near is not None:
        return problem(where, f"there is no “{name}” here", word=name, suggestion=near)
    return problem(where, f"there is no “{name}” here. It may be: {', '.join(known)}", word=name)


def _keys(form: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in form.model_fields.items()}


def _form_at(form: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    for step in path:
        if isinstance(step, str):
            wanted, _ = _wanted(_keys(form).get(step))
            if not _is_form(wanted):
                return form
            form = wanted
    return form


def _home(form: type[BaseModel], name: str) -> list[str] | None:
    """The keys under which a form deeper down has that name."""
    for key, annotation in _keys(form).items():
        wanted, _ = _wanted(annotation)
        if _is_form(wanted):
            if name in _keys(wanted):
                return [key]
            deeper = _home(wanted, name)
            if deeper:
                return [key, *deeper]
    return None


def _allowed(form: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """What a field of a few words may say."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    holder = _form_at(form, path[: len(path) - 1 - path[::-1].index(name)]) if name else form
    wanted, _ = _wanted(_keys(holder).get(name))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return [str(member.value) for member in wanted]
    return [str(value) for value in get_args(wanted)]
