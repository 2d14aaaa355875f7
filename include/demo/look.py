"""How the demo wire's feeds and pages look: RSS 2.0, and HTML with all that surrounds a story."""

from datetime import datetime
from email.utils import format_datetime
from html import escape

from demo.story import Outlet, Printed

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title} | {name}</title>
<link rel="canonical" href="{url}">
<meta name="author" content="{byline}">
<meta name="description" content="{standfirst}">
<meta property="og:title" content="{title}">
<meta property="og:site_name" content="{name}">
<meta property="article:published_time" content="{iso}">
</head>
<body>
<header><a href="/{outlet}/">{name}</a>
<nav><a href="/{outlet}/">News</a> <a href="/{outlet}/">Sport</a></nav>
</header>
<main>
<article>
<h1>{title}</h1>
<p class="standfirst">{standfirst}</p>
<p class="byline">By <span rel="author">{byline}</span>{credit}
<time datetime="{iso}">{human}</time></p>
<div class="body">
{paragraphs}
</div>
</article>
<aside><h2>More from {name}</h2><ul>
{others}
</ul></aside>
</main>
<footer><p>{name} is invented. It is printed by the demo wire on this machine.</p></footer>
</body>
</html>
"""

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{name}</title>
<link>{base}/{outlet}/</link>
<description>{about}</description>
<language>en</language>
{items}
</channel>
</rss>
"""

ITEM = """<item>
<title>{title}</title>
<link>{url}</link>
<guid isPermaLink="true">{url}</guid>
<dc:creator>{byline}</dc:creator>
<pubDate>{when}</pubDate>
<description>{standfirst}</description>
</item>"""


def feed(outlet: Outlet, printed: list[tuple[Printed, datetime]], base: str) -> str:
    """A paper's RSS feed."""
    items = "\n".join(
        ITEM.format(
            title=escape(article.title),
            url=address(article, base),
            byline=escape(article.byline),
            when=format_datetime(at, usegmt=True),
            standfirst=escape(article.standfirst),
        )
        for article, at in printed
    )
    return FEED.format(
        name=escape(outlet.name),
        about=escape(outlet.about),
        outlet=outlet.slug,
        base=base,
        items=items,
    )


def page(outlet: Outlet, article: Printed, at: datetime, others: list[Printed], base: str) -> str:
    """One article's page."""
    return PAGE.format(
        title=escape(article.title),
        name=escape(outlet.name),
        outlet=outlet.slug,
        url=address(article, base),
        byline=escape(article.byline),
        credit=f" ({escape(article.credit)})" if article.credit else "",
        standfirst=escape(article.standfirst),
        iso=at.isoformat(),
        human=f"{at:%d %B %Y, %H:%M} UTC",
        paragraphs="\n".join(f"<p>{escape(line)}</p>" for line in article.text.splitlines()),
        others="\n".join(
            f'<li><a href="{address(other, base)}">{escape(other.title)}</a></li>'
            for other in others
        ),
    )


def front(outlet: Outlet, printed: list[tuple[Printed, datetime]], base: str) -> str:
    """A paper's front page: its feed, and its headlines."""
    lines = "\n".join(
        f'<li><a href="{address(article, base)}">{escape(article.title)}</a></li>'
        for article, _ in printed
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(outlet.name)}'
        f'</title><link rel="alternate" type="application/rss+xml" href="{base}/{outlet.slug}/'
        f'rss.xml"></head><body><h1>{escape(outlet.name)}</h1><ul>\n{lines}\n</ul></body></html>\n'
    )


def address(article: Printed, base: str) -> str:
    """Where an article's page is."""
    return f"{base}/{article.outlet}/{article.slug}.html"
