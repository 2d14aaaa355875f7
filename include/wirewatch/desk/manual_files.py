"""docs/watch-files.md: what may stand in the feeds, the vocabulary and channels.yaml.

The tables are made from the forms that read the files; `desk/manual.py` writes the page.
"""

from pydantic import BaseModel

from wirewatch.feeds import load as feeds
from wirewatch.reading import load as vocabulary

_HEAD = """# Feeds, vocabulary, channels

What a desk edits is YAML under one folder, `include/watch` or the one that `WIREWATCH_WATCH`
names:

| file | holds |
|---|---|
| `feeds/*.yaml` | what is read |
| `vocabulary/*.yaml` | what people, places, events and figures are called |
| `rules/*.yaml` | what is told, and to whom: [rules.md](rules.md) |
| `channels.yaml` | where “to whom” is |

Names of files are yours to choose; a desk may have one of each kind or many.
[first-watch.md](first-watch.md) writes a small folder from nothing. `wirewatch check` says at
once all that is wrong in it, with file, line and column.

Values are taken as they are typed: `no` is a word where a word is wanted, `22:00` a time, `012`
text. Anchors, tags and tabs are refused. A key that is there twice is an error, an id that is
there twice is one at its second place.

This page is made from the code by `make docs`.
"""
_FEEDS = """## Feeds

```yaml
defaults: {group: [world], every: 5m}
feeds:
  - {feed: "https://example.org/world/rss.xml", publisher: Example Daily, language: en}
  - feed: https://wire.example/all.xml
    publisher: North Wire
    group: [world, wires]
    login: north-wire
    full_text: feed
```

`feed` and `publisher` must stand; the publisher may come from `defaults`, which hold for their
own file.
"""
_FEEDS_MORE = """
- `wirewatch feeds try ADDRESS` shows what a feed brings and how its newest page reads, and
  finds the feeds of a site. `wirewatch feeds add`, `import` and `export` write and read files
  for you (OPML too).
- A login is never in the file. `login: north-wire` is the variable
  `WIREWATCH_LOGIN_NORTH_WIRE`, `user:password` or `Header: value`; with containers a line
  `north-wire=…` in `secrets/logins`.
- Addresses that are not public (an in-house feed, this machine) are refused until
  `WIREWATCH_ALLOW` names their host, or `host:port`; several are parted by commas.
- A feed's first pass is stored as told: old news wakes nobody.
- What a site's robots.txt keeps from us is not fetched; then the words of the feed are what is
  read.
"""
_VOCABULARY = """## Vocabulary

```yaml
entities:
  karsund:  {name: Karsund, kind: place, also: [Karsunt], not: [Karsund Street]}
  halvek:   {name: Dorin Halvek, kind: person, last_name: Halvek}
  front:    {name: Delta Front, kind: organisation, also: [the Front]}
events:
  karsund-operation:
    about: The army's operation in Karsund
    what: [operation, operate, assault, move on]
    where: [karsund]
    not: [air strike]
    yes: ["Halvek ordered the army to prepare for an operation in Karsund."]
    no: ["Bread is dear in Karsund."]
figures:
  karsund-toll:
    about: People killed in Karsund since March
    counts: killed
    where: [karsund]
    scope: total
```

The word before the colon is the id by which rules name it; it is yours, and stays when the name
changes.
"""
_WORDS = """
How words are looked for:

- A base form finds all its forms (invade: invaded, invading); a form that is typed with an
  ending finds only itself (“talks” is not “to talk”).
- The words of a phrase keep their order; up to two words may stand between (“push into”: pushed
  deep into).
- Hyphen, space and joined are one (cease-fire, ceasefire). Capital letters count: Jordan is not
  jordan.
- A name of one word inside a longer one is not it: George Santos is not Santos.
- `not` takes away the words that it covers, never the whole sentence.

`wirewatch words EVENT` shows words that an event may be missing, `wirewatch names` names that
nobody listed.
"""
_STATUS = """
The status of an event is read from its sentence. Rules ask for it with `becomes`: threatened,
planned, ordered, under way, paused, collapsed, over, denied, talked about (only called for,
demanded or supposed).
"""
_SCOPES = """
“27,708 since October” is a `total`, “123 in 24 hours” a `day`, “five in the crash” an
`incident`: they are kept apart, so that a day's number is no fall of the total. `scope` says
which one is meant; without it all are.
"""
_CHANNELS = """## Channels

```yaml
channels:
  gaza-desk: {slack: "#gaza-desk"}              # in quotes: # starts a comment; or the channel's id
  night:     {email: [night@desk.example]}      # one address or a list
  trial:     {console: }                        # the terminal, or .airflow/console.log
  health:    {slack: "#wirewatch"}              # word about Wirewatch itself goes here
```

Without this file each `to` of a rule is the Slack channel of that name where a Slack token is
set, else the console. With it, a name that it lacks is an error. Tokens and mail servers are in
no file: [slack.md](slack.md), and `WIREWATCH_SMTP_URL`
(`smtp+starttls://user:password@mail.example:587`). `wirewatch channels test NAME` says what is
wrong with one.
"""


def files_manual() -> str:
    """docs/watch-files.md."""
    entity, event, figure = vocabulary.EntityForm, vocabulary.EventForm, vocabulary.FigureForm
    parts = [
        _HEAD,
        _FEEDS,
        table(feeds.FeedForm, first="feed"),
        _FEEDS_MORE,
        _VOCABULARY,
        "### entities\n",
        table(entity),
        "\n### events\n",
        table(event),
        _WORDS,
        _STATUS.lstrip("\n"),
        "### figures\n",
        table(figure),
        _SCOPES,
        _CHANNELS,
    ]
    return "\n".join(parts).rstrip() + "\n"


def table(form: type[BaseModel], *, first: str = "") -> str:
    """A form's keys, each with what it means; those that must stand say so."""
    fields = sorted(form.model_fields.items(), key=lambda item: item[0] != first)
    rows = [
        f"| `{field.alias or name}` | {(field.description or '').rstrip('.')}"
        f"{' (must stand)' if field.is_required() else ''} |"
        for name, field in fields
    ]
    return "\n".join(["| key | is |", "|---|---|", *rows])
