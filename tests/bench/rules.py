"""What matching one article costs with 10 to 100,000 rules, beside a loop over regular expressions.

Rules and articles are made up from one seeded vocabulary whose words are as unequal as those of
news: a few stand everywhere, most are rare. CPU time, the quickest of three passes over each
article, medians over articles; the regular expressions in the same way.
"""

import random
import re
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measure import Bench

from wirewatch.records import Article, Development, Judgement, Reading, Rule, Span, When
from wirewatch.rules.index import RuleSet
from wirewatch.rules.match import match_article
from wirewatch.rules.memory import RuleMemory
from wirewatch.text import digest, sentences

Page = tuple[Article, Reading, Judgement]
NOW = datetime(2024, 2, 7, 12, tzinfo=UTC)
ARTICLES = 60
NEW_SENTENCES = 8
_TARGETS = {10: 0.5, 1_000: 1.0, 10_000: 2.0, 100_000: 15.0}


def benches(_folder: Path | None = None) -> Iterator[Bench]:
    """Matching at four sizes, the loop at a thousand, and the memory of ten thousand rules."""
    makes = _Makes(random.Random(7))
    pages = [_judged(makes.article()) for _ in range(ARTICLES)]
    rules = [makes.rule(number) for number in range(100_000)]
    loop = _median(_loop_of(rules[:1_000]), pages[:5])
    for count, target in _TARGETS.items():
        rule_set = RuleSet(rules[:count])
        for page in pages[:20]:
            _match(rule_set, page)
        value = _median(lambda page, own=rule_set: _match(own, page), pages)  # type: ignore[misc]
        yield Bench(
            room="rules",
            name=f"match an article, {count:,} rules",
            value=value,
            unit="ms",
            target=target,
            baseline="a loop of regular expressions, 1,000 rules",
            baseline_value=loop,
        )
    yield _memory(rules[:10_000], pages)
    yield _growth(rules, pages)


def _median(act: Callable[[Page], object], pages: list[Page]) -> float:
    times = []
    for page in pages:
        passes = []
        for _ in range(3):
            start = time.process_time()
            act(page)
            passes.append((time.process_time() - start) * 1000)
        times.append(min(passes))
    return statistics.median(times)


def _judged(article: Article) -> Page:
    """An article with its sentences, of which the first few are new."""
    spans = [Span(where="text", start=a, end=b) for a, b in sentences(article.text)]
    reading = Reading(
        article_id=article.article_id, tagger="bench", language="en", sentences=tuple(spans)
    )
    found = tuple(
        Development(
            development_id=digest(article.article_id, number),
            kind="sentence",
            article_id=article.article_id,
            url=article.url,
            story="s",
            span=span,
            sentence=article.text[span.start : span.end],
            says="",
        )
        for number, span in enumerate(spans[:NEW_SENTENCES])
    )
    return article, reading, Judgement(article_id="a", story="s", developments=found)


def _match(rule_set: RuleSet, page: Page) -> int:
    article, reading, judged = page
    return len(match_article(rule_set, article, reading, judged, {}, RuleMemory(), NOW)[0])


def _memory(rules: list[Rule], pages: list[Page]) -> Bench:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    rule_set = RuleSet(rules)
    for page in pages:
        _match(rule_set, page)
    used = (tracemalloc.get_traced_memory()[0] - before) / 1e6
    tracemalloc.stop()
    return Bench(
        room="rules", name="memory of 10,000 rules, matched", value=used, unit="MB", target=30.0
    )


def _growth(rules: list[Rule], pages: list[Page]) -> Bench:
    small, large = RuleSet(rules[:10]), RuleSet(rules[:10_000])
    few = _median(lambda page: _match(small, page), pages)
    many = _median(lambda page: _match(large, page), pages)
    return Bench(
        room="rules",
        name="cost of 10 → 10,000 rules",
        value=many / few,
        unit="×",
        target=2.5,
    )


def _loop_of(rules: list[Rule]) -> Callable[[Page], int]:
    """Every rule on every article: one pattern for each word, as simple filters do."""
    patterns = [
        [re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE) for word in _words_of(rule)]
        for rule in rules
    ]

    def run(page: Page) -> int:
        whole = f"{page[0].title}\n{page[0].text}"
        return sum(any(each.search(whole) for each in some) for some in patterns)

    return run


def _words_of(rule: Rule) -> list[str]:
    text = rule.when.mentions or " ".join((*rule.when.any_of, *rule.when.all_of))
    return [word for word in re.findall(r"[a-z]+", text) if word not in ("near",)]


class _Makes:
    """Words, articles and rules from one seed."""

    def __init__(self, chance: random.Random):
        self.chance = chance
        letters = "abcdefghiklmnoprstuvz"
        self.words = list(
            dict.fromkeys(
                "".join(chance.choices(letters, k=chance.randint(4, 9))) for _ in range(30_000)
            )
        )
        # Word n stands about 1/(n+3) as often as the commonest, as in any long text.
        self.weights = [1 / (n + 3) for n in range(len(self.words))]

    def article(self) -> Article:
        """Some 740 words in sentences of about 20."""
        drawn = self.chance.choices(self.words, self.weights, k=740)
        lines = [" ".join(drawn[n : n + 20]).capitalize() + "." for n in range(0, 740, 20)]
        url = f"https://bench.example/{self.chance.random()}"
        return Article(
            article_id=digest(url),
            url=url,
            publisher="Bench",
            title=" ".join(drawn[5:14]),
            text=" ".join(lines),
        )

    def rule(self, number: int) -> Rule:
        """A name in several spellings and one of some acts, as desks write them."""
        name = [self._rare() for _ in range(self.chance.randint(1, 4))]
        acts = [self._common() for _ in range(self.chance.randint(2, 6))]
        kind = number % 5
        if kind == 0:
            when = When(any_of=tuple(name), none_of=(self._rare(),))
        elif kind in (1, 2):
            near = " NEAR/10 " if kind == 1 else " AND "
            when = When(mentions=f"({' OR '.join(name)}){near}({' OR '.join(acts)})")
        elif kind == 3:
            when = When(mentions=f'"{name[0]} {acts[0]}" OR ({name[0]} AND {acts[1]}*)')
        else:
            when = When(event=(f"event-{number % 300}",), about=(f"entity-{number % 1000}",))
        return Rule(rule_id=str(number), name=str(number), when=when, version=str(number))

    def _rare(self) -> str:
        return self.words[self.chance.randrange(1_500, len(self.words))]

    def _common(self) -> str:
        return self.words[self.chance.randrange(60, 3_000)]
