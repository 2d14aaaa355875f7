"""All that can happen to one delivery with two workers: each state that can be reached is visited.

A step is what a worker, the server or the clock may do next; between any two steps a worker may be
killed, or be as slow as you like. The transitions are those that ship. What is assumed of the
world stands in `_world`: a server commits a request within `grace` after the client gave up or the
connection ended, a request that was begun ends within `timeout`, and what is committed is found.
Times are counted from now and old ones forgotten, so the states are finite without a horizon.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from wirewatch.alerts import delivery as machine
from wirewatch.alerts.delivery import Delivery, Done, NotNow, State, Times, Unclear

NOW = datetime(2024, 1, 1, tzinfo=UTC)
TICK = timedelta(seconds=1)
TIMES = Times(lease=6 * TICK, timeout=TICK, grace=2 * TICK, margin=TICK, longest_wait=TICK)
FENCE = 10


@dataclass(frozen=True)
class Worker:
    """What one worker knows: its claim's age, whether it must look, when its request began."""

    phase: str = "idle"  # idle, claimed, looked, posting, replied
    holds: bool = False
    age: int = 0
    doubt: bool = False
    request: int = 0
    outcome: str = ""


@dataclass(frozen=True)
class World:
    """Everything at one moment. `requests`: whose, and for how long the server may still commit."""

    delivery: Delivery
    workers: tuple[Worker, Worker]
    requests: tuple[tuple[int, int], ...] = ()
    committed: int = 0


@dataclass(frozen=True)
class Rules:
    """The shipped transitions; a mutation replaces one."""

    may_be_claimed: Callable[[Delivery, datetime], bool] = machine.may_be_claimed
    must_look_first: Callable[[Delivery], bool] = machine.must_look_first
    may_post: Callable[[timedelta, Times], bool] = machine.may_post
    claim: Callable[..., Delivery] = machine.claim
    settle: Callable[..., Any] = machine.settle
    times: Times = TIMES


@dataclass
class Found:
    """What the search saw."""

    states: int = 0
    doubled: World | None = None
    lost: World | None = None
    stuck: World | None = None
    steps: dict[World, list[World]] = field(default_factory=dict)


def explore(rules: Rules = Rules(), most: int = 2_000_000) -> Found:
    """Visit every world; stops at the first double."""
    start = World(Delivery(not_before=NOW), (Worker(), Worker()))
    found = Found()
    queue = deque([start])
    seen = {start}
    while queue:
        world = queue.popleft()
        found.states += 1
        assert found.states < most
        if world.committed > 1:
            found.doubled = world
            return found
        if world.delivery.state is State.POSTED and not world.committed:
            found.lost = world
            return found
        after = [_forget(step) for step in _steps(world, rules)]
        found.steps[world] = after
        for step in after:
            if step not in seen:
                seen.add(step)
                queue.append(step)
    found.stuck = _stuck(found.steps)
    return found


def _stuck(steps: dict[World, list[World]]) -> World | None:
    """A world from which no way leads to a posted delivery."""
    before: dict[World, list[World]] = {}
    for world, after in steps.items():
        for step in after:
            before.setdefault(step, []).append(world)
    good = deque(world for world in steps if world.delivery.state is State.POSTED)
    reached = set(good)
    while good:
        for world in before.get(good.popleft(), ()):
            if world not in reached:
                reached.add(world)
                good.append(world)
    return next((world for world in steps if world not in reached), None)


def _steps(world: World, rules: Rules) -> Iterator[World]:
    for index in (0, 1):
        yield from _worker_steps(world, index, rules)
    yield from _world(world, rules)


def _worker_steps(world: World, index: int, rules: Rules) -> Iterator[World]:
    worker, delivery = world.workers[index], world.delivery
    if worker.phase == "idle":
        if rules.may_be_claimed(delivery, NOW):
            taken = rules.claim(delivery, NOW, rules.times)
            doubt = rules.must_look_first(taken)
            others = tuple(replace(w, holds=False) for w in world.workers)
            yield _with(
                replace(world, delivery=taken, workers=others), index,
                Worker(phase="claimed", holds=True, doubt=doubt),
            )  # fmt: skip
        return
    nobodys = tuple((-1 if who == index else who, left) for who, left in world.requests)
    yield _with(replace(world, requests=nobodys), index, Worker())  # killed
    if worker.phase == "claimed":
        if not worker.doubt:
            yield _with(world, index, replace(worker, phase="looked"))
            return
        seen = "done" if world.committed else "looked"
        phase = "replied" if world.committed else "looked"
        yield _with(world, index, replace(worker, phase=phase, outcome=seen))
        yield _with(world, index, replace(worker, phase="replied", outcome="unclear"))
    elif worker.phase == "looked":
        if rules.may_post(worker.age * TICK, rules.times):
            limit = int((TIMES.timeout + TIMES.grace) / TICK)
            sent = replace(world, requests=(*world.requests, (index, limit)))
            yield _with(sent, index, replace(worker, phase="posting", request=0))
            busy = replace(worker, phase="replied", outcome="busy")
            yield _with(world, index, busy)
        else:
            yield _with(_settled(world, worker, "back", rules), index, Worker())
    elif worker.phase == "posting":
        under_way = any(who == index for who, _ in world.requests)
        if world.committed and not under_way:
            yield _with(world, index, replace(worker, phase="replied", outcome="done"))
        # Giving up: from now the server has `grace` left for this request, not more.
        grace = int(TIMES.grace / TICK)
        late = tuple(
            (-1, min(left, grace)) if who == index else (who, left) for who, left in world.requests
        )
        gave_up = replace(world, requests=late)
        yield _with(gave_up, index, replace(worker, phase="replied", outcome="unclear"))
    elif worker.phase == "replied":
        yield _with(_settled(world, worker, worker.outcome, rules), index, Worker())


def _settled(world: World, worker: Worker, outcome: str, rules: Rules) -> World:
    fence = world.delivery.fence if worker.holds else -1
    if outcome == "back":
        after = machine.give_back(world.delivery, fence, NOW)
    else:
        known: dict[str, Any] = {
            "done": Done("1"), "busy": NotNow(TICK), "unclear": Unclear()
        }  # fmt: skip
        after = rules.settle(world.delivery, fence, known[outcome], NOW, rules.times)
    return replace(world, delivery=after or world.delivery)


def _world(world: World, rules: Rules) -> Iterator[World]:
    """The server commits or forgets a request; a second passes."""
    for index in range(len(world.requests)):
        rest = world.requests[:index] + world.requests[index + 1 :]
        yield replace(world, requests=rest, committed=world.committed + 1)
        yield replace(world, requests=rest)
    timeout = int(TIMES.timeout / TICK)
    if any(w.phase == "posting" and w.request >= timeout for w in world.workers):
        return  # its client gives up first
    passed = world.delivery
    for name in ("lease_until", "not_before"):
        at = getattr(passed, name)
        if at is not None:
            passed = replace(passed, **{name: at - TICK})
    workers = tuple(
        replace(w, age=w.age + 1, request=w.request + (w.phase == "posting")) for w in world.workers
    )
    requests = tuple((who, left - 1) for who, left in world.requests if left > 1)
    yield replace(world, delivery=passed, workers=workers, requests=requests)


def _with(world: World, index: int, worker: Worker) -> World:
    workers = list(world.workers)
    workers[index] = worker
    return replace(world, workers=(workers[0], workers[1]))


def _forget(world: World) -> World:
    """The same world without what cannot matter any more."""
    delivery = world.delivery
    sending = delivery.state is State.SENDING
    waits = delivery.state in (State.PENDING, State.UNKNOWN)
    limit = int(TIMES.lease / TICK)
    delivery = replace(
        delivery,
        fence=FENCE,
        attempts=1,
        first_try_at=None,
        error=None,
        lease_until=max(delivery.lease_until or NOW, NOW) if sending else None,
        not_before=max(delivery.not_before, NOW) if waits else NOW,
    )
    workers = tuple(
        Worker() if w.phase == "idle" else replace(w, age=min(w.age, limit)) for w in world.workers
    )
    ordered = tuple(sorted(world.requests))
    return replace(world, delivery=delivery, workers=workers, requests=ordered)
