"""What somebody is answered who asks why an alert came: in plain words, from what is stored."""

from datetime import datetime

from wirewatch.alerts.wording import change, clean, counts, cut, known
from wirewatch.records import Alert, Pause, Standing
from wirewatch.text import count

_MOST = 3
_HELD = {
    "quiet hours": "It waited for the end of the quiet hours.",
    "digest": "It waited for the digest.",
    "at most every": "It waited, since this rule tells new stories only so often.",
    "muted": "It waited while the rule was muted in its file.",
}


def why(alert: Alert, judged: tuple[int, int] = (0, 0)) -> list[str]:
    """One sentence a line: the rule, what was new to it and where that stands, who carries it.

    `judged` is how often readers found alerts of this rule useful, and how often noise.
    """
    lines = [f"The rule “{clean(alert.rule_name, 80)}” asks for it: {clean(alert.because, 200)}."]
    for development in alert.developments[:_MOST]:
        label, before, now = change(development)
        said = f"{before} before, now {now}" if before else now
        shown = cut(said, 160)
        end = "" if shown[-1:] in ".!?…”" else "."
        lines.append(f"New to this rule, {label.lower()}: {shown}{end}")
        sentence = clean(development.sentence, 240)
        if sentence and sentence not in said:
            lines.append(f"The article says: “{sentence}”")
    more = len(alert.developments) - _MOST
    lines += [f"And {count(more, 'more new fact')}."] if more > 0 else []
    lines.append(f"Carried by {counts(alert)}.")
    lines += [f"{known(alert)}: that part made no alert."] if known(alert) else []
    lines += [_HELD[alert.held]] if alert.held in _HELD else []
    lines += [readers(judged)] if any(judged) else []
    return lines


def readers(judged: tuple[int, int]) -> str:
    """How readers judge a rule, in one sentence; `judged` counts useful and noise."""
    useful, noise = judged
    many = useful + noise
    if many == 1:
        return f"The one verdict on this rule's alerts says {'useful' if useful else 'noise'}."
    return f"Of {many} verdicts on this rule's alerts, {useful} say useful."


def done_about(standing: Standing) -> list[tuple[str, datetime | None]]:
    """What people did about an alert: each a sentence that may end with a time."""
    said: list[tuple[str, datetime | None]] = []
    if standing.taken_by:
        said.append((f"{clean(standing.taken_by, 60)} has it since", standing.taken_at))
    for what, pause in (("Rule muted", standing.muted), ("Story snoozed", standing.snoozed)):
        if pause:
            said.append(
                (f"{what}{_by(pause)} {'until' if pause.until else 'for now'}", pause.until)
            )
    judged = [
        f"{many} {word}"
        for many, word in ((standing.useful, "useful"), (standing.noise, "noise"))
        if many
    ]
    if judged:
        said.append((f"Readers: {', '.join(judged)}", None))
    return said


def done_aloud(standing: Standing) -> str:
    """The same as words to be read aloud."""
    return " ".join(
        f"{said} {moment:%d %b %H:%M} UTC." if moment else f"{said}."
        for said, moment in done_about(standing)
    )


def _by(pause: Pause) -> str:
    return f" by {clean(pause.by, 60)}" if pause.by else ""
