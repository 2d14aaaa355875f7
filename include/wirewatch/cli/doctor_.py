"""`wirewatch doctor`: whether everything is well, and what is to be done if not."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option

_SHOWN = {"well": ("ok", "green"), "look": ("look", "yellow"), "ill": ("ILL", "red")}


@click.command()
@click.option("--pages", help="Address of the desk's pages (default: where make up put them).")
@json_option
def command(pages: str | None, as_json: bool) -> None:
    """Look at the database, the disk, the files, passes, queues, feeds, channels and the model.

    Nothing is changed and nothing is posted. Ends with 1 if something is ill. The pages in the
    Airflow UI are looked at too where their address is known.

    \b
      wirewatch doctor
      wirewatch doctor --pages http://127.0.0.1:8080/wirewatch
    """  # noqa: D301 - \b is click's own
    from wirewatch.alerts.wording import clean
    from wirewatch.desk.doctor import examine
    from wirewatch.desk.settings import from_environment, written

    try:
        settings = from_environment()
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if pages is None:
        pages = written(Path.cwd()).get("WIREWATCH_PAGES", "")
    ill = 0
    for finding in examine(settings, pages.rstrip("/")):
        ill += finding.state == "ill"
        if as_json:
            write_line(asdict(finding))
            continue
        mark, colour = _SHOWN[finding.state]
        says = clean(finding.says, 500)  # servers have their say in it
        click.echo(f"{click.style(f'{mark:<5}', fg=colour)} {clean(finding.about)}: {says}")
        if finding.mend:
            click.echo(f"      {click.style(finding.mend, dim=True)}")
    if not as_json:
        click.echo("All is well." if not ill else f"{ill} ill.", err=True)
    sys.exit(1 if ill else 0)
