"""The page “Feeds, vocabulary, channels”: what it shows may be written as it stands."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from wirewatch.cli.check_ import command as check
from wirewatch.feeds.load import FeedForm
from wirewatch.reading.load import EntityForm, EventForm, FigureForm
from wirewatch.rules.shape import SendForm, WatchForm

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (DOCS / "watch-files.md").read_text("utf-8"), re.DOTALL)


def test_its_examples_are_well_written_and_what_they_say_holds(tmp_path: Path) -> None:
    feeds, vocabulary, channels = EXAMPLES
    for place, text in (("feeds/a", feeds), ("vocabulary/a", vocabulary), ("channels", channels)):
        path = tmp_path / f"{place}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    said = CliRunner().invoke(check, [str(tmp_path)])
    assert (said.stdout, said.exit_code) == ("", 0)


@pytest.mark.parametrize("form", [FeedForm, EntityForm, EventForm, FigureForm, SendForm, WatchForm])
def test_every_key_that_may_be_written_is_explained(form: type) -> None:
    pages = (DOCS / "watch-files.md").read_text("utf-8") + (DOCS / "rules.md").read_text("utf-8")
    for name, field in form.model_fields.items():  # type: ignore[attr-defined]
        assert re.search(rf"^\| `{field.alias or name}` \| .{{8,}} \|$", pages, re.MULTILINE), name
