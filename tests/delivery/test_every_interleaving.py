"""Two workers, kills anywhere, any delay: never lost, never doubled; a search that would see it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from every_interleaving import TIMES, Rules, explore

from wirewatch.alerts import delivery as machine
from wirewatch.alerts.delivery import State


def test_no_interleaving_loses_or_doubles_a_delivery() -> None:
    found = explore()
    assert found.doubled is None
    assert found.lost is None
    assert found.stuck is None
    assert found.states > 1000


MUTATIONS = {
    "a worker never looks first": Rules(must_look_first=lambda delivery: False),
    "a lease is not waited for": Rules(
        may_be_claimed=lambda delivery, now: (
            delivery.state is State.SENDING or machine.may_be_claimed(delivery, now)
        )
    ),
    "an old claim may still post": Rules(may_post=lambda age, times: True),
    "an unclear answer is tried again at once": Rules(times=replace(TIMES, grace=timedelta())),
    "an unclear answer counts as not posted": Rules(
        settle=lambda delivery, fence, outcome, now, times: machine.settle(
            delivery,
            fence,
            machine.NotNow(times.grace) if isinstance(outcome, machine.Unclear) else outcome,
            now,
            times,
        )
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_the_search_finds_the_double_when_a_safeguard_is_off(name: str) -> None:
    assert explore(MUTATIONS[name]).doubled is not None


def test_the_search_finds_the_loss_when_an_unclear_answer_counts_as_posted() -> None:
    def trusting(delivery, fence, outcome, now, times):  # type: ignore[no-untyped-def]
        posted = machine.Done("1") if isinstance(outcome, machine.Unclear) else outcome
        return machine.settle(delivery, fence, posted, now, times)

    assert explore(Rules(settle=trusting)).lost is not None
