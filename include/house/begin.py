"""Becomes a part: takes the environment that `make up` chose from its file, then runs the command.

Called by path with a file of environment (JSON) and a command. Secrets so stand in one private
file and on no command line.
"""

import json
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Replace this process by the command."""
    file, *command = arguments
    os.environ.update(json.loads(Path(file).read_text(encoding="utf-8")))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
