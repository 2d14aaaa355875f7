"""What a process imports whose tasks are forks of it: they find all of the steps imported.

Some packages are imported late, so that a command starts fast; a task would pay for that each time.
Nothing here opens a connection, or starts a thread or a process.
"""

import aiohttp  # noqa: F401
import fsspec  # noqa: F401
import psycopg2  # noqa: F401
import zstandard  # noqa: F401

import wirewatch.channels.console.send
import wirewatch.channels.slack.send
import wirewatch.desk.steps  # noqa: F401
from wirewatch.desk.watch import WorkedOut
from wirewatch.records import Alert, Article, Development, Judgement, Reading, Vocabulary
from wirewatch.store import codec, schema

schema.all_tables()
codec.prepare(WorkedOut, Article, Reading, Judgement, Vocabulary, Development, Alert)
