"""Where do I change what sums a story up under its headline? Here."""

from typing import Any

from wirewatch.articles.linked_data import Node, text_of
from wirewatch.articles.page import plain
from wirewatch.articles.wording import clean, clean_markup, letters


def candidates(node: Node, metas: dict[str, str]) -> list[str]:
    """What the page calls its description, best first; cut-off and very short ones are left out."""
    texts = (
        text_of(node.get("description")),
        metas.get("og:description", ""),
        metas.get("description", ""),
        text_of(node.get("alternativeHeadline")),
    )
    kept: dict[str, str] = {}
    for text in map(clean_markup, texts):
        if len(text.split()) >= 4 and not text.endswith(("…", "...")):
            kept.setdefault(letters(text), text)
    return list(kept.values())


def shown(tree: Any, wanted: list[str]) -> str | None:
    """The first of these that stands on the page outside of captions, as it stands there."""
    keys = [letters(text) for text in wanted]
    longest = max(len(text) for text in wanted) + 60 if wanted else 0
    found: dict[str, str] = {}
    for element in tree.iter("p", "h2", "h3", "h4", "div", "span", "strong"):
        count = len(element)
        if count > 2 or (count == 0 and not 20 <= len(element.text or "") <= 2 * longest):
            continue
        if any(len(child) for child in element):
            continue
        text = plain(element)
        if not 20 <= len(text) <= longest:
            continue
        own = letters(text)
        for key in keys:
            fits = key in own and len(own) <= len(key) + 20
            if fits and key not in found and not _in_caption(element):
                found[key] = clean(text)
    return next((found[key] for key in keys if key in found), None)


def _in_caption(element: Any) -> bool:
    return any(
        parent.tag in ("figure", "figcaption") or "caption" in (parent.get("class") or "")
        for parent in element.iterancestors()
    )
