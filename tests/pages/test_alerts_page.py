"""The page Alerts in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_everybody_can_use_the_alerts(page: Page, axe: Callable[[Page], None]) -> None:
    page.goto("/alerts")
    expect(page.get_by_role("heading", name="Alerts", exact=True)).to_be_visible()
    axe(page)
