"""The strict Slack and the made alerts of tests/delivery serve here too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "delivery"))
