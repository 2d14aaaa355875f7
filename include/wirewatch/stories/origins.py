"""Where do I change who counts as the origin of a passage? Agency, first publisher, or “told X”."""

import re
from functools import cache, lru_cache
from urllib.parse import urlsplit

from wirewatch.records import Article
from wirewatch.stories.copies import Comparison, Likeness
from wirewatch.stories.language import language
from wirewatch.stories.memory import ToldArticle


def article_origin(article: Article, copied: tuple[ToldArticle, Comparison] | None) -> str:
    """Who first wrote an article: the original's origin, the credited agency, or its publisher.

    A copy shares its original's origin even if only one of the two credits the agency: counting
    never makes two of one.
    """
    if copied and copied[1].likeness is Likeness.COPY:
        return copied[0].origin
    return article.credit or article.publisher or urlsplit(article.url).hostname or article.url


@cache
def _names(code: str) -> re.Pattern[str] | None:
    names = sorted(language(code).agencies, key=len, reverse=True)
    if not names:
        return None
    any_name = "|".join(re.escape(name) for name in names)
    return re.compile(
        rf"\b(?:told|tells|telling|according to|quoted by|cited by|reported by|interview with)"
        rf"\s+(?:the\s+)?({any_name})\b"
        rf"|\b({any_name})\s+(?:reported|reports|quoted|cited|news agency|said)\b"
    )


@lru_cache(maxsize=4096)
def passage_origin(text: str, code: str) -> str | None:
    """The agency that a sentence itself credits (“… told Reuters”), or None."""
    pattern = _names(code)
    found = pattern.search(text) if pattern else None
    return language(code).agencies[found.group(1) or found.group(2)] if found else None
