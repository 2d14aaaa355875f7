"""How a piece of YAML becomes a checked form: every mistake at once, with its place and its mend.

A loader describes what it wants as a `Form` (pydantic) and calls `fill`. Every scalar stays the
text that was typed until the form wants a number or a yes-or-no: `no` is a word, `22:00` a time,
`012` text, and no date is guessed.
"""

from wirewatch.forms.commas import one_for_several
from wirewatch.forms.fill import Form, fill
from wirewatch.forms.nodes import at, inside, items, key_node, pairs, problem, scalar, sections
from wirewatch.forms.spelling import suggest
from wirewatch.forms.values import Duration, Mistake, Word, read_duration

__all__ = [
    "Duration",
    "Form",
    "Mistake",
    "Word",
    "at",
    "fill",
    "inside",
    "items",
    "key_node",
    "one_for_several",
    "pairs",
    "problem",
    "read_duration",
    "scalar",
    "sections",
    "suggest",
]
