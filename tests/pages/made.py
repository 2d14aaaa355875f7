"""Alerts and articles that are made for tests of the pages, the hostile ones among them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from wirewatch.records import Alert, Article, Development, Reading, Span, Status
from wirewatch.store import Store, articles, outbox
from wirewatch.text import digest, nfc

# What a headline may hold that a careless page would run, load, follow or misread.
NASTY = [
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg/onload=window.hit=1>",
    '"><script>window.hit=1</script>',
    "' onmouseover='window.hit=1",
    '" autofocus onfocus=window.hit=1 x="',
    "</title><script>window.hit=1</script>",
    "</textarea><script>window.hit=1</script>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<iframe src=//evil.example></iframe>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{display:none}</style>",
    "<form action=//evil.example>",
    "<input name=token>",
    "<div hx-get=/alerts hx-trigger=load>",
    "<a href=javascript:window.hit=1>click</a>",
    "{{ 7*7 }}",
    "{% raw %}",
    "${7*7}",
    "&lt;b&gt;",
    "&amp;#60;",
    "&#x3c;script&#x3e;",
    "%3Cscript%3E",
    "javascript:window.hit=1",
    "\u202egnp.exe\u202c",
    "a\u200bb\u2066c\u2069",
    "\x00\x07\x1b[31m",
    "line\nbreak\r\ttab",
    "\u2028\u2029",
    "x" * 3000,
    "漢字" * 300,
    "مرحبا بالعالم",
    "🧨" * 200,
    "",
    " ",
    "Z̸̢͖̬͉͝a͏̧̛l̴g̵o" * 20,
    "'\"`<>&;\\/",
]
URLS = [
    "https://daily.example/a",
    "javascript:window.hit=1",
    "data:text/html,<script>window.hit=1</script>",
    "https://bank.example@evil.example/",
    "http://[::1",
    "//evil.example/",
    "",
    "ftp://x.y/",
    'https://e.example/"onclick="window.hit=1',
    " javascript:window.hit=1",
    "JaVaScRiPt:window.hit=1",
]


def nasty(chance: random.Random) -> str:
    """One of them, or several together."""
    return nfc("".join(chance.choices(NASTY, k=chance.choice((1, 1, 2, 3)))))


def hostile(number: int) -> Alert:
    """An alert in which every text of others means harm."""
    chance = random.Random(number)
    facts = []
    for nth in range(chance.randint(1, 3)):
        sentence = nasty(chance)
        facts.append(
            Development(
                development_id=digest("hostile", number, nth),
                kind=chance.choice(("status", "figure", "quote", "sentence", "correction")),
                article_id=f"a{number}",
                url=chance.choice(URLS),
                story=f"s{number}",
                span=Span(where="text", start=0, end=len(sentence)),
                sentence=sentence,
                says=nasty(chance),
                before=nasty(chance),
                speaker=nasty(chance),
                status_now=Status.ORDERED,
                value_now=3.0,
            )
        )
    return plain(
        number,
        url=chance.choice(URLS),
        headline=nasty(chance),
        because=nasty(chance),
        rule_name=nasty(chance),
        publisher=nasty(chance),
        publishers=(nasty(chance), nasty(chance)),
        origins=(nasty(chance),),
        developments=tuple(facts),
        marks=(Span(where="text", start=chance.randrange(9), end=20),),
    )


def plain(number: int, at: datetime | None = None, **changes: object) -> Alert:
    """The alert of that number."""
    own = digest("made", number)
    sentence = f"The harbour master closed pier {number} on Monday."
    fact = Development(
        development_id=digest("fact", number),
        kind="sentence",
        article_id=f"a{number}",
        url=f"https://daily.example/{number}",
        story=f"s{number}",
        span=Span(where="text", start=0, end=len(sentence)),
        sentence=sentence,
        says=sentence,
    )
    values: dict[str, object] = {
        "alert_id": own,
        "rule_id": f"harbour-{number % 7}",
        "rule_name": f"Harbour {number % 7}",
        "to": ("desk",),
        "severity": ("low", "normal", "high", "urgent")[number % 4],
        "story": f"s{number}",
        "article_id": f"a{number}",
        "url": f"https://daily.example/{number}",
        "kind": "alert",
        "thread": own,
        "headline": f"Pier {number} is closed",
        "because": "the harbour, became ordered",
        "developments": (fact,),
        "publishers": ("Example Daily", f"Paper {number % 11}"),
        "origins": ("Example Daily",),
        "publisher": "Example Daily",
        "at": at or datetime.now(UTC) - timedelta(seconds=number),
        **changes,
    }
    return Alert(**values)  # type: ignore[arg-type]


def tell(store: Store, alerts: Iterator[Alert] | list[Alert], run: str = "") -> None:
    """Have these alerts owed to the channel “desk”."""
    with store.begin() as connection:
        for one in alerts:
            outbox.add(connection, one, ["desk"], one.at, run=run)


def keep_hostile_articles(store: Store, many: int) -> None:
    """Store articles whose words mean harm."""
    now = datetime.now(UTC)
    with store.begin() as connection:
        for number in range(many):
            chance = random.Random(number)
            url = f"https://daily.example/hostile/{number}"
            article = Article(
                article_id=digest("article", url),
                url=url,
                publisher=nasty(chance),
                title=nasty(chance),
                text=f"Pier {number}. {nasty(chance)}",
                authors=(nasty(chance),),
            )
            reading = Reading(article_id=article.article_id, tagger="none", language="en")
            articles.save_article_and_reading(connection, article, reading, now)
