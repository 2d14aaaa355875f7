"""`make load`: a desk of many feeds for real, the cost of one page, and larger desks simulated."""

import argparse
import os
import time

from tests.load.planner import Costs, simulate
from tests.load.run import run
from tests.load.whole import whole


def main() -> None:
    """Print all figures; none makes it fail: machines differ."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--feeds", type=int, nargs="*", default=[10, 1_000])
    parser.add_argument("--articles", type=int, default=20_000, help="at the largest size")
    parser.add_argument("--seconds", type=int, default=3_600, help="in which they are printed")
    parser.add_argument("--most", type=int, help="seconds after which it ends in any case")
    parser.add_argument("--workers", type=int, default=2, help="above 2, runs overlap")
    parser.add_argument("--pages", type=int, default=300, help="for the cost of one page")
    parser.add_argument("--simulate", type=int, nargs="*", default=[10, 1_000, 10_000, 50_000])
    parser.add_argument("--tasks", type=int, default=10, help="workers of the simulated desks")
    asked = parser.parse_args()
    print(f"load of this machine {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores", flush=True)
    cost = whole(asked.pages) if asked.pages else None
    if cost:
        parts = ", ".join(f"{name} {s * 1000:.1f} ms" for name, s in cost.by_step.items())
        print(f"page in → judged: {cost.a_second:.1f} a CPU second ({parts})", flush=True)
    for feeds in asked.feeds:
        share = asked.articles * feeds // max(asked.feeds)
        ran = run(feeds, max(share, 20), asked.seconds, asked.workers, most=asked.most, say=_say)
        print("\n".join(ran.lines()), flush=True)
    # A poll with its lease and its row, by the run above; its wall time with many in flight.
    costs = Costs(
        unchanged=0.0055,
        changed=0.0085,
        article=1 / cost.a_second if cost else 0.08,
        judged=cost.by_step["judge"] if cost else 0.06,
        wall_each=0.02,
    )
    for feeds in asked.simulate:
        begun = time.process_time()
        seen = simulate(feeds, costs, tasks=asked.tasks)
        print(
            f"simulated {seen.feeds:>6} feeds, {seen.tasks} tasks: {seen.polls_an_hour:,.0f} polls"
            f" and {seen.articles_an_hour:,.0f} articles an hour, late by {seen.late_median:.0f} s"
            f" (worst {seen.late_worst:.0f}), {seen.cores:.2f} cores, of which the one writer"
            f" {seen.writer:.2f}"
            f"  [{time.process_time() - begun:.0f} s]",
            flush=True,
        )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
