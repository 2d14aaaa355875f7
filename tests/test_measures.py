"""What `make eval` and `make bench` call is there for every room, with one signature."""

import importlib
import inspect

import pytest
from tests.bench.__main__ import ROOMS as BENCHED
from tests.eval.__main__ import ROOMS as MEASURED


@pytest.mark.parametrize("room", MEASURED)
def test_a_room_is_measured_on_a_folder_and_a_sample(room: str) -> None:
    measures = importlib.import_module(f"tests.eval.{room}").measures
    inspect.signature(measures).bind("folder", 10)


@pytest.mark.parametrize("room", BENCHED)
def test_a_room_is_benched_with_or_without_data(room: str) -> None:
    benches = importlib.import_module(f"tests.bench.{room}").benches
    inspect.signature(benches).bind(None)
