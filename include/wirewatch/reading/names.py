"""Where do I change the model that finds names nobody listed? It never decides on listed ones.

The model is optional: `none` is a full product. Named, it runs its name finder only, on the text.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from wirewatch.records import Article, Mention, Span, Where

FindsNames = Callable[[Article, Sequence[Mention]], list[Mention]]

# The model's labels that are names of somebody or something; dates and numbers are not its task.
_KINDS = {
    **dict.fromkeys(("PERSON", "PER"), "person"),
    **dict.fromkeys(("ORG",), "organisation"),
    **dict.fromkeys(("GPE", "LOC", "FAC"), "place"),
    **dict.fromkeys(("NORP",), "people"),
    **dict.fromkeys(("PRODUCT", "EVENT", "WORK_OF_ART", "LAW", "MISC"), "thing"),
}
_UNUSED = ["tagger", "parser", "attribute_ruler", "lemmatizer", "senter"]
_LONGEST = 100_000  # characters: what stands further down in a text is left to the lists


class NoModel(Exception):  # noqa: N818 - the absence is the message
    """The model that the settings name is not there; the message says how to get it."""


def model_names(model: str) -> FindsNames | None:
    """The name finder of a spaCy package, or None for “none”. Raises NoModel."""
    if model.strip().lower() in ("", "none"):
        return None
    pipeline = _load(model)

    def find(article: Article, listed: Sequence[Mention]) -> list[Mention]:
        taken = {(m.span.where, at) for m in listed for at in range(m.span.start, m.span.end)}
        found: list[Mention] = []
        for where in ("title", "text"):
            found += _unlisted(pipeline, getattr(article, where), where, taken)
        return found

    return find


def model_version(model: str) -> str:
    """Name and version of a model, for the tags that it made. Raises NoModel."""
    if model.strip().lower() in ("", "none"):
        return "none"
    meta = _load(model).meta
    return f"{meta['lang']}_{meta['name']}-{meta['version']}"


@cache
def _load(model: str) -> Any:
    if not model.isidentifier() or find_spec(model) is None:
        raise NoModel(
            f"there is no spaCy model “{model}”. Install it (pip install "
            f"{model.replace('_', '-')}), or set WIREWATCH_MODEL=none"
        )
    import spacy

    return spacy.load(model, exclude=_UNUSED)


def _unlisted(
    pipeline: Any, text: str, where: Where, taken: set[tuple[Where, int]]
) -> list[Mention]:
    """The model's names in one text that touch no listed one."""
    found = []
    offset = 0
    for paragraph in text[:_LONGEST].split("\n"):
        for entity in pipeline(paragraph).ents if paragraph.strip() else ():
            span = Span(where=where, start=offset + entity.start_char, end=offset + entity.end_char)
            kind = _KINDS.get(entity.label_)
            if kind and not any((where, at) in taken for at in range(span.start, span.end)):
                found.append(
                    Mention(
                        span=span, text=text[span.start : span.end], entity=None,
                        kind=kind, by="model", why=f"seen by the model as {entity.label_}",
                    )
                )  # fmt: skip
        offset += len(paragraph) + 1
    return found
