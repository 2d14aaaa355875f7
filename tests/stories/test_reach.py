"""The bound on what can be aligned: whatever `align` pairs is within reach, or no time is saved."""

import pytest
from streams import DATA

from wirewatch.stories.align import align
from wirewatch.stories.reach import reach
from wirewatch.stories.words import stem, tokens


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("pairs*.tsv")))
def test_what_is_aligned_is_within_reach(name: str) -> None:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t")[-2:] for line in lines if line.strip() and not line.startswith("#")]
    assert len(rows) >= 30
    passed_over = 0
    for one, other in [*rows, *([rows[0][0], now] for _, now in rows)]:
        both = align(one, other, "en")
        found = reach(" ".join(map(stem, tokens(one))), one, other, "en")
        aligned = sum(fact.place in both.pairs for fact in both.telling)
        assert aligned <= len(found.places) + found.others, (one, other)
        passed_over += len(found.places) + found.others < len(both.telling) / 2
    assert passed_over  # a bound that passed nothing over would hold as well
