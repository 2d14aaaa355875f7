"""Pictures of the pages, light and dark, wide and narrow.

`python -m tests.pages.shots OUT /alerts …` while `python -m tests.pages.serve` runs.
"""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WIDTHS = (1440, 900)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--whole", action="store_true", help="the whole page, however long")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for theme in ("light", "dark"):
            for width in WIDTHS:
                page = browser.new_page(
                    viewport={"width": width, "height": 900}, color_scheme=theme
                )
                for path in given.paths:
                    page.goto(f"http://127.0.0.1:{given.port}{path}")
                    page.wait_for_load_state("networkidle")
                    name = path.strip("/").split("?")[0].replace("/", "-") or "first"
                    file = given.out / f"{name}-{theme}-{width}.png"
                    page.screenshot(path=file, full_page=given.whole)
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
