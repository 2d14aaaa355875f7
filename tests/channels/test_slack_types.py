"""Our messages against the types that Slack publishes, under the strictest compiler settings."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from shown import ALL, layouts

from wirewatch.channels.slack.look import look

TYPES = Path(__file__).parent / "types"
COMPILER = TYPES / "node_modules" / "typescript" / "bin" / "tsc"

pytestmark = pytest.mark.skipif(
    not COMPILER.exists() or shutil.which("node") is None,
    reason="SLACK'S TYPES ARE NOT INSTALLED: npm ci --prefix tests/channels/types",
)


# The wrong one must be refused: the compiler complains if a line that it should refuse is right.
CODE = """
import type {{ KnownBlock }} from "@slack/types";
export const messages: KnownBlock[][] = {good};
// @ts-expect-error
export const wrong: KnownBlock[] = {wrong};
"""


def test_every_kind_of_message_has_slacks_types_and_a_wrong_one_is_seen(tmp_path: Path) -> None:
    good: list[list[dict[str, Any]]] = [message["blocks"] for message in layouts().values()]
    wrong = look(ALL["alert"]())["blocks"]
    wrong[1]["elements"][0]["elements"][0]["range"] = "everybody and their dog"
    code = CODE.format(good=json.dumps(good), wrong=json.dumps(wrong))
    (tmp_path / "messages.ts").write_text(code, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(TYPES / "node_modules")
    done = subprocess.run(
        ["node", str(COMPILER), "--strict", "--noEmit", "--skipLibCheck",
         "--target", "es2022", "--module", "nodenext", "messages.ts"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout + done.stderr == ""
