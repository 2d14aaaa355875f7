"""The tables of what was told: articles, sketches, stories, sentences, ledgers, developments.

Each lookup goes through an index, and each list behind an index has a bound, so that the cost of
an article does not grow with what is stored.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from wirewatch.store.metadata import METADATA, WHOLE, UTCTime

ARTICLE = Table(
    "told_article",
    METADATA,
    Column("article_id", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("publisher", Text),
    Column("origin", Text, nullable=False),
    Column("story", String(64), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("text_hash", BigInteger, nullable=False),
    Column("size", Integer, nullable=False),
    Column("runs", LargeBinary, nullable=False),
    Column("numbers", Text, nullable=False),
)

# How many articles have a word; word 0 counts the articles.
WORD = Table(
    "told_word",
    METADATA,
    Column("word", WHOLE, primary_key=True, autoincrement=False),
    Column("articles", Integer, nullable=False),
)

# What a key leads to, packed into one row (`told_lists`): a run's hash to articles, a term to
# stories, a sentence's key to sentences.
LIST = Table(
    "told_list",
    METADATA,
    Column("key", WHOLE, primary_key=True, autoincrement=False),
    Column("numbers", LargeBinary, nullable=False),
    postgresql_with={"fillfactor": 80},  # a longer list then stays on its page
)

STORY = Table(
    "told_story",
    METADATA,
    Column("story", String(64), primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("articles", Integer, nullable=False),
    Column("last_at", UTCTime, nullable=False),
    Column("vector", Text, nullable=False),
)

SENTENCE = Table(
    "told_sentence",
    METADATA,
    Column("number", WHOLE, primary_key=True, autoincrement=False),
    Column("hash", BigInteger, nullable=False, index=True),
    Column("mask", BigInteger, nullable=False),
    Column("article_id", String(64), nullable=False),
    Column("url", Text, nullable=False),
    Column("publisher", Text),
    Column("origin", Text, nullable=False),
    Column("story", String(64), nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False, index=True),
    Column("days", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("stems", Text, nullable=False),
    Column("facts", Text, nullable=False),
)

Index("ix_told_sentence_mask_number", SENTENCE.c.mask, SENTENCE.c.number)

STEP = Table(
    "told_step",
    METADATA,
    Column("ledger", String(300), primary_key=True),
    Column("nth", Integer, primary_key=True, autoincrement=False),
    Column("development_id", String(64), nullable=False),
    Column("at", UTCTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("article_id", String(64), nullable=False),
    Column("status", String(16)),
    Column("value", Float),
    Column("bound", String(16)),
    Column("moves", Boolean, nullable=False),
)

DEVELOPMENT = Table(
    "told_development",
    METADATA,
    Column("development_id", String(64), primary_key=True),
    Column("story", String(64), nullable=False),
    Column("article_id", String(64), nullable=False, index=True),
    Column("first_seen", UTCTime, nullable=False, index=True),
    Column("record", Text, nullable=False),
)
Index("ix_told_development_story_first_seen", DEVELOPMENT.c.story, DEVELOPMENT.c.first_seen)

CARRIER = Table(
    "told_carrier",
    METADATA,
    Column("development_id", String(64), primary_key=True),
    Column("article_id", String(64), primary_key=True),
    Column("publisher", Text),
    Column("origin", Text, nullable=False),
    Column("credit", Text),
    Column("at", UTCTime, nullable=False),
    Column("nth", Integer, nullable=False),
)

# As the first version kept lists, a row an entry: `told_before` reads and moves them, nobody adds.

OLD_SKETCH = Table(
    "told_sketch",
    METADATA,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article", BigInteger, primary_key=True, autoincrement=False),
    Column("day", Integer, nullable=False, index=True),
)

OLD_STORY_TERM = Table(
    "told_story_term",
    METADATA,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("story", BigInteger, primary_key=True, autoincrement=False),
)

OLD_KEY = Table(
    "told_key",
    METADATA,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("sentence", BigInteger, primary_key=True, autoincrement=False),
)
