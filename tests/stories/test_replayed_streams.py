"""Five streams told by rules: every due alert goes out, and hardly a needless one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from streams import replayed


@pytest.mark.parametrize(
    ("name", "most_wrong"),
    [
        ("karsk", 3),  # 12 when it was first told, with 5 due alerts missed and 3 needless
        ("goma", 3),  # 11, 5 and 1
        ("lagoon", 3),  # written after those were mended: 6, none and 1 (a plan denied, since free)
        # 70 articles by somebody who had not seen the code. First sight: of the first 30 articles
        # 14 of 113 sentences, 0 of 8 due alerts missed, 2 needless; of the rest 17 of 123, 2 of 14
        # (one is free since: a second release is no other status) and 2. Mended on the first 30
        # alone, the rest had 14, 2 and 2. Now 7 and 10 sentences.
        ("kalonga", 17),
        # 49 articles, again by somebody who had not seen the code. First sight: of the first 24
        # articles 6 of 94 sentences, 2 of 9 due alerts missed; of the rest 13 of 92, 2 of 10; none
        # needless. Mended on the first 24 alone, the rest had 12 and 2. Now 2 and 10 sentences: of
        # those, three are a market report's lines, which are a template from the third day on.
        ("harbin", 12),
    ],
)
def test_a_stream_brings_every_due_alert_and_no_other(name: str, most_wrong: int) -> None:
    errors = replayed(name)
    print(f"{name}: {len(errors.verdicts)} of {errors.sentences}", *errors.verdicts, sep="\n")
    assert errors.due >= 17
    assert errors.missed == []
    assert errors.needless == []
    assert len(errors.verdicts) <= most_wrong


def test_a_judgement_does_not_hang_on_the_order_in_which_sets_give_their_words() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-c", JUDGE_ALL, str(Path(__file__).parent)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(printed) == 1
    assert "novelty=0.0" in printed.pop()


JUDGE_ALL = """
import sys
sys.path.insert(0, sys.argv[1])
from streams import REPLAY, judge_all, parsed
from wirewatch.desk.watch import load_watch
from wirewatch.store import open_store

for name in ("karsk", "goma"):
    vocabulary = load_watch(REPLAY / name / "watch").vocabulary
    marked = parsed(REPLAY / name / "stream.txt")
    articles = sorted((one.article for one in marked), key=lambda one: one.published)
    print(*judge_all(open_store(), articles, vocabulary), sep="\\n")
"""
