"""With what each page is asked on a desk of many years: addresses, and what the editor sends."""

from pathlib import Path
from typing import Any

from tests.pages.filled import RUN
from tests.pages.full_desk import JOB, LOUD, Size, article_id

from wirewatch.desk.watch import Watch
from wirewatch.text import digest


def addresses(size: Size, watch: Watch) -> dict[str, list[str]]:
    """The addresses by which each page is asked for, by the form of its address in the app."""
    feed = next(one.feed_id for one in watch.feeds if "many.example/0/" in one.url)
    article, other = article_id(size.articles - 1), article_id(size.articles - 2)
    return {
        "/alerts": [
            "/alerts",
            "/alerts?words=harbour&severity=high&state=sent&period=30d&publisher=Paper+3",
            "/alerts?state=dead",
            "/alerts?older=40",
        ],
        "/alerts/live": ["/alerts/live"],
        "/alerts/{alert_id}": [f"/alerts/{digest('alert', size.alerts - 1)}"],
        "/search": [
            "/search?words=said",
            "/search?words=own11",
            "/search?words=%22the+minister+said%22&about=place-7",
            "/search?words=said+minister+-harb*",
            "/search?words=said&period=24h",
        ],
        "/runs/{dag_id}/{run_id:path}": [f"/runs/watch/{RUN}"],
        "/card": ["/card"],
        "/articles/{article_id}": [f"/articles/{article}", f"/articles/{article}?rule=rule-1"],
        "/stories": ["/stories"],
        "/stories/{story_id}": [f"/stories/{LOUD}"],
        "/stories/{story_id}/beside": [f"/stories/{LOUD}/beside?one={article}&other={other}"],
        "/feeds": ["/feeds", "/feeds?words=paper&state=trouble"],
        "/feeds/{feed_id}": [f"/feeds/{feed}"],
        "/feeds/tools/export": ["/feeds/tools/export"],
        "/feeds/tools/try": ["/feeds/tools/try"],
        "/rules": ["/rules", "/rules?words=rule"],
        "/rules/{rule_id}": ["/rules/rule-1"],
        "/rules/tools/try": ["/rules/tools/try"],
        "/rules/tools/backtest": ["/rules/tools/backtest"],
        "/rules/tools/backtest/{job_id}": [f"/rules/tools/backtest/{JOB}"],
        "/vocabulary": ["/vocabulary?tried=true", "/vocabulary?part=entities"],
        "/{kind}/files/{name}": ["/rules/files/many.yaml", "/feeds/files/many.yaml"],
        "/{kind}/versions/{name}": [
            "/rules/versions/many.yaml",
            "/rules/versions/many.yaml?version=kept:1",
        ],
        "/editor/there": ["/editor/there?file=rules/many.yaml"],
        "/editor/text": ["/editor/text?file=rules/many.yaml"],
    }


def typed(folder: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """What the editor asks while one types, and Try: the form of the address, how, and with what.

    The file is the one of many rules; the place is in the name of its last rule's place.
    """
    file, text = "rules/many.yaml", (folder / "rules/many.yaml").read_text(encoding="utf-8")
    draft = {"file": file, "text": text}
    at = {**draft, "place": text.rindex("place-") + 3}
    story = {"text": "Netanyahu ordered troops to prepare to operate in Rafah. " * 20}
    return {
        "/editor/problems": ("json", draft),
        "/editor/trials": ("json", draft),
        "/editor/offer": ("json", at),
        "/editor/meaning": ("json", at),
        "/rules/tools/try": ("data", story),
    }
