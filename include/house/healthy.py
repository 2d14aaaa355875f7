"""A container's health check: an address answers well, and no part that it names is unwell."""

import json
import sys
import urllib.request


def main(address: str) -> int:
    """0 if all is well, else 1."""
    try:
        with urllib.request.urlopen(address, timeout=8) as answer:  # noqa: S310 - our own address
            health = json.load(answer)
    except (OSError, ValueError) as error:
        print(error)
        return 1
    unwell = [name for name, part in health.items() if is_unwell(part)]
    print(", ".join(unwell) or "well")
    return 1 if unwell else 0


def is_unwell(part: object) -> bool:
    """Whether a part's report says so; one that was never started says nothing."""
    return isinstance(part, dict) and part.get("status") == "unhealthy"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
