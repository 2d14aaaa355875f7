"""Which word was meant: the nearest known one to what was typed."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from wirewatch.text import fold


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was most likely meant, or None if none is near."""
    wanted = _squeeze(word)
    if not wanted:
        return None
    by_shape: dict[str, str] = {}
    for name in known:
        by_shape.setdefault(_squeeze(name), name)
    if wanted in by_shape:
        return by_shape[wanted]
    near = get_close_matches(wanted, by_shape, n=6, cutoff=0.6)
    ranked = sorted(near, key=lambda shape: (_distance(wanted, shape), near.index(shape)))
    for shape in ranked:
        if _distance(wanted, shape) <= max(1, (max(len(wanted), len(shape)) + 1) // 3):
            return by_shape[shape]
    begins = [shape for shape in by_shape if len(wanted) >= 3 and shape.startswith(wanted)]
    return by_shape[begins[0]] if len(begins) == 1 else None


def _squeeze(word: str) -> str:
    return re.sub(r"[\s_\-’']+", "", fold(word.strip()))


def _distance(one: str, other: str) -> int:
    """Edits from one word to the other; two letters that changed places count as one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
