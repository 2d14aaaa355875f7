"""Why an alert is told at once, waits or does not come: the last line of `wirewatch why`."""

from wirewatch.alerts.decide import Decision
from wirewatch.records import Article, Match, Stage, Why


def decided(match: Match, article: Article, decision: Decision) -> Why:
    """The decision on a match as it is kept; a hold says until when (UTC)."""
    reason = str(decision.reason)
    if decision.held and decision.held_until:
        until = f"{decision.held_until:%Y-%m-%d %H:%M} UTC"
        reason = f"{decision.held}, until {until} ({reason})"
    lead = (decision.developments or match.developments)[0]
    return Why(
        rule_id=match.rule_id,
        article_id=article.article_id,
        url=article.url,
        stage=Stage.HELD,
        said_yes=decision.reason.tells and not decision.held,
        reason=reason,
        sentence=lead.sentence,
        development_id=lead.development_id,
    )
