"""`make pin-images`: adds its digest to each image of docker-compose.yaml and Dockerfile."""

import re
import subprocess

from house import say
from house.places import checkout

IMAGE = re.compile(
    r"^(\s*image: |FROM )([a-z][\w./-]*:[\w.-]+)(@sha256:[0-9a-f]{64})?$", re.MULTILINE
)
OURS = "wirewatch:"


def main() -> None:
    """Ask the registry for each tag's digest and write it behind the tag."""
    for name in ("docker-compose.yaml", "Dockerfile"):
        path = checkout().checkout / name
        path.write_text(pinned(path.read_text(encoding="utf-8")), encoding="utf-8")


def pinned(text: str) -> str:
    """The file with each image's digest as it is now."""
    return IMAGE.sub(_pin, text)


def _pin(found: re.Match[str]) -> str:
    before, image, _ = found.groups()
    if image.startswith(OURS):
        return found[0]
    command = ["docker", "buildx", "imagetools", "inspect", image]
    try:
        answer = subprocess.run(
            [*command, "--format", "{{.Manifest.Digest}}"],
            check=True,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        say.give_up("There is no docker here: run make pin-images where docker is installed.")
    except subprocess.CalledProcessError as error:
        say.give_up(f"{image}: {error.stderr.strip()}")
    say.line(f"  {image}@{answer.stdout.strip()}")
    return f"{before}{image}@{answer.stdout.strip()}"


if __name__ == "__main__":
    main()
