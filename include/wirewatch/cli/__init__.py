"""The command line: one file a command, loaded when it is called. CONTRACT: JSON Lines out."""

import importlib
import os
import sys
from typing import Any

import click

COMMANDS = {
    "entries": "one feed's bytes → its entries, as JSON Lines",
    "extract": "pages → articles, as JSON Lines",
    "read": "articles → + names, events, figures, quotes, dates",
    "stories": "articles in time order → copies, what is new, developments",
    "replay": "articles in time order → the alerts that would go out",
    "run": "one pass without Airflow: poll, read, judge, deliver",
    "check": "is everything that editors wrote well written?",
    "try": "what is found in this article, and what would be told?",
    "why": "at which stage did a rule say yes or no to an article?",
    "words": "words by the place that an event may be missing",
    "names": "names that nobody listed, and other spellings of a name",
    "backtest": "what would the rules have sent over the last days?",
    "story": "one story as a timeline",
    "alerts": "the alerts, newest first",
    "aside": "articles that could not be judged; `retry` tries them again",
    "search": "articles and alerts by words, entity or event",
    "pause": "keep alerts back: everything, a rule, a story, a channel",
    "buttons": "hear clicks on Slack messages: I have it, useful, mute …",
    "channels": "where alerts go; `test` says what is wrong with one",
    "feeds": "the feeds and how they fare",
    "reread": "stored pages → extracted and read again; nothing is alerted",
    "forget": "a page, its text and finds are taken down",
    "doctor": "is everything well? and what to do if not",
    "backup": "all that the desk knows, in one file",
    "restore": "the desk as it was when a backup was made",
}


class _Commands(click.Group):
    """A group that imports a command's file only when that command is called."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. A closed pipe ends it quietly; Ctrl-C says so and leaves 130.

        What is no fault of the program is told in words, not by a traceback.
        """
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has gone: nothing more can be said, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except KeyboardInterrupt:
            click.echo("\nStopped.", err=True)
            ctx.exit(130)
        except Exception as error:
            said = _in_words(error)
            if said is None:
                raise
            raise click.ClickException(said) from None
        return answer

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"wirewatch.cli.{cmd_name}_")
        command: click.Command = module.command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """The command that was meant; a misspelt one is answered with the nearest."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean “{near[0]}”?" if near else " `wirewatch --help` lists them."
            raise click.UsageError(f"there is no command “{args[0]}”.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _in_words(error: Exception) -> str | None:
    """A missing file, a wrong setting or a database that fails, in words; None for all else."""

    def is_a(module: str, name: str) -> bool:
        loaded = sys.modules.get(module)  # one that is not loaded raised nothing
        return loaded is not None and isinstance(error, getattr(loaded, name))

    if is_a("sqlalchemy.exc", "OperationalError"):
        why = str(getattr(error, "orig", "")).strip().split("\n")[0]
        return f"the database that WIREWATCH_STORE names fails: {why}. See: wirewatch doctor"
    if is_a("wirewatch.store", "NoStore") or is_a("wirewatch.desk.settings", "BadSetting"):
        return str(error)
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return None


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wirewatch")
def wirewatch() -> None:
    """Tells a desk, once, when something new happens in a story it watches.

    Every command explains itself: wirewatch COMMAND --help.
    """


def main() -> None:
    """Run the command line."""
    wirewatch.main(standalone_mode=True)
