"""`wirewatch stories`: articles in time order to copies, verdicts by sentence and developments."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import click

from wirewatch.cli.lines import answer_each, read_lines
from wirewatch.cli.options import LinesFile, watch_option
from wirewatch.cli.shapes import article_in, development_out, sentence_out
from wirewatch.records import Article, Judgement, Reading, Verdict
from wirewatch.store import Store, open_store


@click.command()
@click.argument("file", type=LinesFile(), default="-")
@watch_option
@click.option(
    "--store", "store_url", default="sqlite://", help="Where memory is kept (default: nowhere)."
)
@click.option(
    "--window", "window_days", type=click.IntRange(1), help="Days that count as told (30)."
)
def command(
    file: IO[bytes], watch_folder: Path | None, store_url: str, window_days: int | None
) -> None:
    """Articles in time order to what is new in them, as JSON Lines.

    Each line is judged against all lines before it: its story, whether it is a copy, the verdict on
    each sentence, and the developments that it brings. The clock is `published`.

    \b
      wirewatch read < articles.jsonl | wirewatch stories
      wirewatch stories articles.jsonl | jq -r '.developments[].says'
    """  # noqa: D301 - \b is click's own
    from wirewatch.desk.settings import from_environment

    settings = from_environment()
    window = timedelta(days=window_days or settings.window_days)
    store = open_store(store_url)
    try:
        judge_line = JudgeLines(store, _reader(watch_folder or settings.watch), window)
        answer_each(read_lines(file), judge_line)
    finally:
        store.close()


def _reader(watch: Path) -> Callable[[Article], tuple[Article, Reading]]:
    """What completes an article (credit, dateline, language) and reads it."""
    from wirewatch.articles.finish import complete
    from wirewatch.desk.watch import load_watch
    from wirewatch.reading.tagger import Tagger

    tagger = Tagger(load_watch(watch).vocabulary)

    def read(article: Article) -> tuple[Article, Reading]:
        completed = complete(article)
        return completed, tagger.read(completed)

    return read


class JudgeLines:
    """Judges the articles of lines, one after the other, on one memory.

    The clock is a line's `published`, never earlier than the clock before; a line without it keeps
    the clock. A bare day is its first minute.
    """

    def __init__(
        self,
        store: Store,
        read: Callable[[Article], tuple[Article, Reading]],
        window: timedelta,
    ) -> None:
        self.store, self.read, self.window = store, read, window
        self.now = datetime(1970, 1, 1, tzinfo=UTC)

    def __call__(self, line: dict[str, Any]) -> dict[str, Any]:
        """The line with its story, its sentences' verdicts and its developments."""
        from wirewatch.desk.replay import clock
        from wirewatch.store.told import recall, remember
        from wirewatch.stories import ask, judge

        article, reading = self.read(article_in(line))
        self.now = clock(article.published, self.now)
        with self.store.begin() as connection:
            asked = ask(article, reading)
            known = recall(connection, asked, self.now, self.window)
            judgement, kept = judge(article, reading, asked, known, self.now, self.window)
            remember(connection, kept)
        passed = {key: value for key, value in line.items() if key != "html"}
        return {**passed, "title": article.title, "text": article.text, **judgement_out(judgement)}


def judgement_out(judgement: Judgement) -> dict[str, Any]:
    """A judgement as `wirewatch stories` prints it."""
    sentences = [sentence_out(sentence) for sentence in judgement.sentences]
    fresh = (Verdict.NEW.value, Verdict.CHANGED.value)
    return {
        "story": judgement.story,
        "copy_of": judgement.copy_of,
        "copied": judgement.copied,
        "origin": judgement.origin,
        "sentences": sentences,
        "new": [sentence for sentence in sentences if sentence["verdict"] in fresh],
        "developments": [development_out(found) for found in judgement.developments],
    }
