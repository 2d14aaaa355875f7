"""`wirewatch try`: what is found in one article, in colour, and what a rule would tell of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.records import Article


@click.command()
@click.argument("page", metavar="FILE-or-URL")
@click.argument("rule", required=False)
@watch_option
@json_option
def command(page: str, rule: str | None, watch_folder: Path | None, as_json: bool) -> None:
    """Show everything that is found in one article, each find with its reason.

    The article is a .txt file (its first line is the title if an empty line follows), a page
    (.html), a line of JSON ({“title”, “text”, …}), or the address of a page. With RULE, an id or a
    name, it also says what that rule would tell, and if not, why.

    \b
      wirewatch try story.txt
      wirewatch try https://example.org/world/story.html "Rafah operation"
    """  # noqa: D301 - \b is click's own
    from wirewatch.articles.finish import complete
    from wirewatch.cli.found import reasons, shown
    from wirewatch.cli.read_ import reading_out, tagger

    article = complete(the_article(page))
    reading = tagger(watch_folder).read(article)
    if as_json:
        write_line({"title": article.title, "text": article.text, **reading_out(reading)})
    else:
        console = Console(highlight=False, soft_wrap=True)
        console.print(shown(article, reading))
        console.print()
        for line in reasons(article, reading):
            console.print(line)
    if rule:
        _try_rule(article, rule, watch_folder, as_json)


def the_article(page: str) -> Article:
    """The article of a file or an address. Raises ClickException, in words, if there is none."""
    if "://" in page:
        return _at(page)
    path = Path(page)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{page or 'no file named'}: {error.strerror}") from None
    if path.suffix.lower() in (".html", ".htm"):
        return _of_page(data, path.resolve().as_uri())
    if b"\x00" in data:
        raise click.ClickException(f"{page}: this is no text: give a .txt, .html or .json file.")
    text = data.decode("utf-8-sig", "replace")
    if not text.strip():
        raise click.ClickException(f"{page} is empty.")
    if path.suffix.lower() in (".json", ".jsonl"):
        return _of_json(page, text)
    first, _, rest = text.strip().partition("\n")
    titled = rest.startswith("\n")
    line = {"title": first if titled else "", "text": rest.strip() if titled else text}
    return _of_json(page, json.dumps(line))


def _of_json(page: str, text: str) -> Article:
    from wirewatch.cli.shapes import article_in

    try:
        line = json.loads(text.strip().split("\n")[0] if page.endswith("l") else text)
        if not isinstance(line, dict):
            raise ValueError("an article is one JSON object")
        return article_in({"url": Path(page).resolve().as_uri(), **line})
    except ValueError as error:
        raise click.ClickException(f"{page}: {error}") from None


def _of_page(data: bytes, url: str) -> Article:
    from wirewatch.articles.extract import extract
    from wirewatch.desk.workers import run_killable

    try:
        article = run_killable(extract, (data, url))
    except Exception as error:  # a page can break its parser in any way; it is told as its own
        raise click.ClickException(f"{url}: {error}") from None
    if article.refused:
        raise click.ClickException(f"{url} is no article: {article.refused}")
    return article


def _at(url: str) -> Article:
    from wirewatch.desk.article_trial import CannotTry, article_at
    from wirewatch.desk.settings import from_environment

    try:
        return article_at(url, from_environment())
    except CannotTry as error:
        raise click.ClickException(f"{url}: {error}") from None


def _try_rule(article: Article, name: str, watch_folder: Path | None, as_json: bool) -> None:
    """What one rule would tell of the article, had nothing been told before."""
    from wirewatch.cli.shapes import alert_out
    from wirewatch.desk.known_rules import no_rule, rule_meant
    from wirewatch.desk.replay import Replay
    from wirewatch.desk.settings import from_environment
    from wirewatch.desk.watch import load_watch

    settings = from_environment()
    watch = load_watch(watch_folder or settings.watch, settings.zone)
    known = {rule.rule_id: rule.name for rule in watch.rules}
    meant = rule_meant(name, known)
    rule = next((rule for rule in watch.rules if rule.rule_id == meant), None)
    if rule is None:
        raise click.ClickException(no_rule(name, known))
    told = replace(article, published=article.published or datetime.now(UTC))
    with Replay(replace(watch, rules=(replace(rule, enabled=True),)), zone=settings.zone) as replay:
        outcome = replay.tell(told)
    if as_json:
        for alert in outcome.alerts:
            write_line(alert_out(alert))
        return
    click.echo()
    for alert in outcome.alerts:
        held = f" (held: {alert.held})" if alert.held else ""
        click.echo(f"“{rule.name}” would tell {', '.join(alert.to)}{held}: {alert.headline}")
        click.echo(f"  {alert.because}")
    if not outcome.alerts:
        reason = outcome.whys[-1].reason if outcome.whys else "nothing here concerns it"
        click.echo(f"“{rule.name}” would tell nothing: {reason}")
