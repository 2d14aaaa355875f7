"""Three streams told by rules: every due alert goes out, and hardly a needless one."""

import pytest
from streams import replayed


@pytest.mark.parametrize(
    ("name", "most_wrong"),
    [
        ("karsk", 3),  # 12 when it was first told, with 5 due alerts missed and 3 needless
        ("goma", 3),  # 11, 5 and 1
        ("lagoon", 3),  # written after those were mended: 6, none and 1 (a plan denied, since free)
    ],
)
def test_a_stream_brings_every_due_alert_and_no_other(name: str, most_wrong: int) -> None:
    errors = replayed(name)
    print(f"{name}: {len(errors.verdicts)} of {errors.sentences}", *errors.verdicts, sep="\n")
    assert errors.due >= 17
    assert errors.missed == []
    assert errors.needless == []
    assert len(errors.verdicts) <= most_wrong
