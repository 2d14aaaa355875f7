"""`wirewatch backup`: all that the desk knows, in one file."""

from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write the store and the editors' files to FILE, as they are at this moment.

    Work goes on beside it. The file is compressed, readable by its owner only, and holds no
    secret; raw pages stay in the archive. It fits either database: `wirewatch restore FILE`.

    \b
      wirewatch backup desk-2026-11-22.backup
    """  # noqa: D301 - click's own mark
    from wirewatch.cli.progress import each_table
    from wirewatch.desk.backup import backup
    from wirewatch.desk.settings import from_environment
    from wirewatch.store import open_store

    try:
        settings = from_environment()
        with open_store(settings.store) as store, each_table() as progress:
            made = backup(store, file, settings.watch, progress)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from None
    size = file.stat().st_size / 1e6
    click.echo(f"{made.rows:,} rows and {len(made.files)} files in {file} ({size:.1f} MB)")
