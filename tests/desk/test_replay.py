"""Two papers print one wire story: the desk is told of the first, and only what the second adds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PAIR = Path(__file__).parents[1] / "data" / "replay"
EVERYTHING = "anything-said-or-done-about-velmar-and-its-war"


def replay(lines: str, *more: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "wirewatch", "replay", "--watch", str(PAIR / "watch"), *more]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def pair() -> str:
    return (PAIR / "pair.jsonl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def alerts(pair: str) -> list[dict[str, Any]]:
    return replay(pair)


def sentences(alerts: list[dict[str, Any]], rule: str, kind: str) -> list[str]:
    return [
        development["sentence"]
        for alert in alerts
        if alert["rule"] == rule and alert["kind"] == kind
        for development in alert["developments"]
    ]


def test_the_order_is_told_once_with_its_status(alerts: list[dict[str, Any]]) -> None:
    told = [a for a in alerts if a["rule"] == "velmar-operation"]
    assert [a["kind"] for a in told] == ["alert"]
    status = [d for d in told[0]["developments"] if d["kind"] == "status"]
    assert [d["says"] for d in status] == ["ordered"]


def test_the_second_paper_brings_only_its_new_facts_into_the_same_thread(
    alerts: list[dict[str, Any]],
) -> None:
    first, update = (a for a in alerts if a["rule"] == EVERYTHING)
    assert (first["kind"], update["kind"]) == ("alert", "update")
    assert update["thread"] == first["id"]
    new = sentences(alerts, EVERYTHING, "update")
    for words in ("absurd list", "buy them time", "Idris Halabi", "told Reuters", "theatre"):
        assert any(words in sentence for sentence in new), words
    for words in ("prepare to operate", "great deal left", "new round of talks", "ordered his"):
        assert not any(words in sentence for sentence in new), words


def test_the_remarks_to_another_agency_are_of_that_origin(alerts: list[dict[str, Any]]) -> None:
    remarks = next(a for a in alerts if a["rule"] == "new-remarks-by-samir-adan")
    assert "Reuters" in remarks["origins"]
    assert remarks["publishers"] == ["Daily Anchor"]


def test_the_same_lines_once_more_bring_nothing(pair: str, alerts: list[dict[str, Any]]) -> None:
    assert replay(pair + pair) == alerts


def test_the_other_way_round_the_desk_gets_what_only_the_first_paper_has(pair: str) -> None:
    first, second = (json.loads(line) for line in pair.splitlines())
    first["published"], second["published"] = second["published"], first["published"]
    turned = "\n".join(json.dumps(line) for line in (second, first))
    new = sentences(replay(turned), EVERYTHING, "update")
    assert any("push on into Velmar" in sentence for sentence in new)
    assert not any("prepare to operate" in sentence for sentence in new)


def test_explain_says_at_which_stage_a_rule_said_no(pair: str) -> None:
    whys = [line for line in replay(pair, "--explain") if line["kind"] == "why"]
    assert {"url", "rule", "stage", "reason", "sentence"} <= set(whys[0])
    assert any(not why["yes"] and why["stage"] == "candidate" for why in whys)


def test_a_line_that_cannot_be_read_costs_only_itself(pair: str) -> None:
    command = [sys.executable, "-m", "wirewatch", "replay", "--watch", str(PAIR / "watch")]
    broken = 'no json\n{"url": 7}\n' + pair
    done = subprocess.run(command, input=broken, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [line["line"] for line in lines[:2]] == [1, 2]
    assert any(line.get("kind") == "update" for line in lines)
