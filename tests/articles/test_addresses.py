"""When two addresses are one page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirewatch.articles.canonical import same_page, url_key

STORY = "https://www.post.example/world/quay-closed?id=7"


@pytest.mark.parametrize(
    "other",
    [
        "http://post.example/world/quay-closed?id=7",
        "https://post.example:443/world/quay-closed/?id=7",
        "https://m.post.example/world/quay-closed?id=7#comments",
        "https://www.post.example/world/quay-closed?utm_source=x&id=7&fbclid=y",
        "https://www.post.example/world/quay-closed/amp?id=7&src=rss",
        "https://www.post.example/world/../world/quay-closed?id=7&smid=tw",
        "HTTPS://WWW.POST.EXAMPLE/world/quay%2Dclosed?id=7",
    ],
)
def test_one_page_has_one_key_however_it_is_linked(other: str) -> None:
    assert url_key(other) == url_key(STORY)


@pytest.mark.parametrize(
    "other",
    [
        "https://www.post.example/world/quay-closed?id=8",  # another story
        "https://www.post.example/World/quay-closed?id=7",  # paths know capitals
        "https://www.post.example:8080/world/quay-closed?id=7",
        "https://www.other.example/world/quay-closed?id=7",  # a copy is another article
        "https://www.post.example/world/quay-closed?id=7&source=maps",  # a key of its own
    ],
)
def test_another_page_has_another_key(other: str) -> None:
    assert url_key(other) != url_key(STORY)


@pytest.mark.parametrize(
    ("canonical", "own"),
    [
        ("/world/quay", "https://post.example/world/quay"),
        ("https://post.example/world/quay", "https://post.example/world/quay"),
        ("https://agency.example/quay", None),  # where the copy is from: provenance
        ("https://post.example/", None),  # the publisher's mistake
        (None, None),
    ],
)
def test_a_canonical_link_counts_only_where_it_can_be_this_page(
    canonical: str | None, own: str | None
) -> None:
    assert same_page(canonical, "https://post.example/world/quay?id=7") == own


@given(st.text(max_size=80))
def test_any_text_has_a_key_and_the_key_of_a_key_is_stable(text: str) -> None:
    assert url_key(text) == url_key(text)
