"""Every command explains itself, with an example, and knows wrong usage from trouble."""

import importlib

import pytest
from click.testing import CliRunner

from wirewatch.cli import COMMANDS, wirewatch


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_teaches_with_an_example(name: str) -> None:
    answer = CliRunner().invoke(wirewatch, [name, "--help"])
    assert answer.exit_code == 0
    assert answer.output.startswith(f"Usage: wirewatch {name}")
    assert f"  wirewatch {name}" in answer.output.split("\n", 1)[1], "an example"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_is_wrong_usage(name: str) -> None:
    assert CliRunner().invoke(wirewatch, [name, "--no-such-thing"]).exit_code == 2


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_file_of_its_own(name: str) -> None:
    assert importlib.import_module(f"wirewatch.cli.{name}_").command
