"""`wirewatch restore`: the desk as it was when a backup was made."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--replace", is_flag=True, help="What the store holds now is gone.")
@click.option(
    "--files",
    "files_to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write the editors' files of the backup into this folder.",
)
def command(file: Path, replace: bool, files_to: Path | None) -> None:
    """Put the backup FILE into the store that WIREWATCH_STORE names.

    Stop the desk first (pause the DAGs). All of it is put back, or nothing. No old alert goes out
    again: for a day, each message is looked for in its Slack channel before it is posted.

    \b
      wirewatch restore desk-2026-11-22.backup
      WIREWATCH_STORE=postgresql://… wirewatch restore desk-2026-11-22.backup --replace
    """  # noqa: D301 - click's own mark
    from wirewatch.cli.progress import each_table
    from wirewatch.desk.backup import restore
    from wirewatch.desk.settings import from_environment
    from wirewatch.store.backup import NotEmpty

    try:
        url = from_environment().store
        with each_table() as progress:
            made = restore(url, file, files_to=files_to, replace=replace, progress=progress)
    except NotEmpty as error:
        raise click.ClickException(f"{error} (--replace puts the backup in its place)") from None
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The store is that of {made.at:%d %b %Y %H:%M} UTC: {made.rows:,} rows.")
    if made.files and files_to is None:
        click.echo(f"The backup has {len(made.files)} files of the editors too: --files FOLDER.")
