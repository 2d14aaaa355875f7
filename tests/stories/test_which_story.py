"""Which story an article joins: the likest one that is like enough and stands out from the next."""

from datetime import UTC, datetime, timedelta

import pytest

from wirewatch.stories.memory import ToldStory
from wirewatch.stories.story import WINDOW, choose, joined, score, vector
from wirewatch.stories.words import Weights

NOW = datetime(2031, 3, 2, 6, tzinfo=UTC)
FLOOD = ("flood", "river", "dam", "valley", "rescue", "boats", "village", "cellar", "levee", "rain")
STRIKE = ("strike", "union", "docks", "wages", "talks", "ferry", "port", "miners", "pay", "ballot")
SPORT = ("sport", "match", "goal", "cup", "team", "coach", "stadium", "league")


def _vector(*words: str) -> dict[str, float]:
    return vector(dict.fromkeys(words, 1), Weights("en", {}, 0))


def _told(number: int, *articles: dict[str, float], at: datetime = NOW) -> ToldStory:
    told = ToldStory(story=str(number), number=number, articles=0, last_at=at, vector={})
    for of in articles:
        told = joined(told, of, at)
    return told


def test_an_article_joins_the_story_whose_words_it_has() -> None:
    flood, strike = _told(1, _vector(*FLOOD)), _told(2, _vector(*STRIKE))
    chosen, best, following = choose(_vector(*FLOOD[:6], "mayor"), [strike, flood], NOW, 100)
    assert chosen is flood
    assert best > 0.5
    assert following == 0.0


def test_what_is_like_two_stories_alike_joins_neither() -> None:
    """It has a few of each one's words: enough for a story that stands alone, not for two."""
    both = _vector(*FLOOD[:2], *STRIKE[:2], *SPORT)
    flood, strike = _told(1, _vector(*FLOOD)), _told(2, _vector(*STRIKE))
    alone, best, _ = choose(both, [flood], NOW, 1000)
    assert alone is flood
    chosen, same, following = choose(both, [flood, strike], NOW, 1000)
    assert chosen is None
    assert same == pytest.approx(best)
    assert following == pytest.approx(best, rel=0.5)


def test_the_order_in_which_stories_are_given_changes_nothing() -> None:
    both = _vector(*FLOOD[:6], *STRIKE[:4])
    stories = [_told(1, _vector(*FLOOD)), _told(2, _vector(*STRIKE)), _told(3, _vector("goal"))]
    first = choose(both, stories, NOW, 100)
    assert first == choose(both, stories[::-1], NOW, 100)
    assert first[0] is stories[0]
    assert first[2] > 0


def test_days_without_articles_count_less_the_more_there_were() -> None:
    of, told = _vector(*FLOOD), _told(1, _vector(*FLOOD))
    after = [score(of, told, NOW + timedelta(days=days)) for days in (0, 1, 10, 11)]
    first_day, later_day = after[0] - after[1], after[2] - after[3]
    assert first_day > 3 * later_day > 0


def test_a_story_that_left_the_window_is_not_joined() -> None:
    told = _told(1, _vector(*FLOOD), at=NOW - WINDOW - timedelta(hours=1))
    assert choose(_vector(*FLOOD), [told], NOW, 100) == (None, 0.0, 0.0)
