"""What do rules say of an article that a second feed brought into their group? Asked here, once.

Only rules that ask for one of the new groups are asked, of what the article brought when it was
judged: nothing is compared anew, and what a rule has told it does not tell again.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from wirewatch.desk.judge import Desk, say_owed, tell
from wirewatch.records import Alert
from wirewatch.store import Store, articles, judgements, regrouped, told
from wirewatch.store.regrouped import Regrouped
from wirewatch.store.writer import hold_the_pen

_LOG = logging.getLogger(__name__)


def retell(store: Store, desk: Desk, clock: Callable[[], datetime]) -> list[Alert]:
    """The alerts that are owed now. Safe to run again: each article is looked at once.

    One that fails stays on the list, is logged, and keeps no other back.
    """
    owed: list[Alert] = []
    with store.begin() as connection:
        hold_the_pen(connection)
        done = []
        for one in regrouped.regrouped(connection):
            try:
                with connection.begin_nested():
                    alerts = _look(connection, desk, one, clock())
            except Exception:
                _LOG.exception("article %s could not be looked at once more", one.article_id)
                continue
            if alerts is not None:
                owed += alerts
                done.append(one)
        regrouped.looked_at(connection, done)
    say_owed(owed)
    return owed


def _look(connection: Connection, desk: Desk, one: Regrouped, now: datetime) -> list[Alert] | None:
    """The alerts of one article; None if it is not judged yet: it will be with all its groups."""
    stored = articles.get(connection, one.article_id)
    kept = judgements.get(connection, one.article_id)
    if stored is not None and stored.judged_at is None:
        return None
    rules = [rule for rule in desk.rules.rules if not one.groups.isdisjoint(rule.only_if.groups)]
    if stored is None or kept is None or kept.silent or not kept.is_now or not rules:
        return []
    few = Desk.of(rules, desk.rules.vocabulary, desk.zone, desk.window)
    judgement = kept.judgement
    ids = [each.development_id for each in judgement.developments]
    ids += [echo.development_id for echo in judgement.echoes]
    outcome = tell(
        connection,
        few,
        stored.article,
        stored.reading,
        judgement,
        told.carriers(connection, dict.fromkeys(ids)),
        kept.known_share,
        now,
    )
    return list(outcome.alerts)
