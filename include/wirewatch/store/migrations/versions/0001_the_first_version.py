"""the first version."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from wirewatch.store.metadata import UTCTime

revision: str = '0001'
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table('ailing',
    sa.Column('about', sa.String(length=250), nullable=False),
    sa.Column('says', sa.Text(), nullable=False),
    sa.Column('since', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('about', name=op.f('pk_ailing'))
    )
    op.create_table('alert',
    sa.Column('alert_id', sa.String(length=40), nullable=False),
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('story', sa.String(length=200), nullable=False),
    sa.Column('thread', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('held', sa.String(length=20), nullable=True),
    sa.Column('due_at', UTCTime(), nullable=False),
    sa.Column('article_id', sa.String(length=200), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.Column('taken_by', sa.String(length=200), nullable=True),
    sa.Column('taken_at', UTCTime(), nullable=True),
    sa.PrimaryKeyConstraint('alert_id', name=op.f('pk_alert'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.create_index('ix_alert_at', ['at'], unique=False)
        batch_op.create_index('ix_alert_rule_due', ['rule_id', 'due_at'], unique=False)
        batch_op.create_index('ix_alert_rule_story', ['rule_id', 'story'], unique=False)

    op.create_table('article',
    sa.Column('article_id', sa.String(length=40), nullable=False),
    sa.Column('url_key', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=40), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('feed', sa.Text(), nullable=True),
    sa.Column('arrived', UTCTime(), nullable=False),
    sa.Column('silent', sa.Boolean(), nullable=False),
    sa.Column('sequence', sa.BigInteger(), nullable=False),
    sa.Column('judged_at', UTCTime(), nullable=True),
    sa.Column('tagger', sa.String(length=80), nullable=False),
    sa.Column('article', sa.Text(), nullable=False),
    sa.Column('reading', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_article')),
    sa.UniqueConstraint('sequence', name=op.f('uq_article_sequence')),
    sa.UniqueConstraint('url_key', name=op.f('uq_article_url_key'))
    )
    with op.batch_alter_table('article', schema=None) as batch_op:
        batch_op.create_index('ix_article_arrived', ['arrived'], unique=False)
        batch_op.create_index('ix_article_judged_at_sequence', ['judged_at', 'sequence'], unique=False)

    op.create_table('article_version',
    sa.Column('article_id', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=40), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('article', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('article_id', 'version', name=op.f('pk_article_version'))
    )
    op.create_table('channel',
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('next_free_at', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_channel'))
    )
    op.create_table('delivery',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('delivery_id', sa.String(length=40), nullable=False),
    sa.Column('channel', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('alert_id', sa.String(length=40), nullable=True),
    sa.Column('rule_id', sa.String(length=200), nullable=True),
    sa.Column('thread', sa.String(length=40), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('held', sa.String(length=20), nullable=True),
    sa.Column('together', sa.String(length=20), nullable=True),
    sa.Column('gathered_into', sa.String(length=40), nullable=True),
    sa.Column('not_before', UTCTime(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('lease_until', UTCTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('first_try_at', UTCTime(), nullable=True),
    sa.Column('in_doubt', sa.Boolean(), nullable=False),
    sa.Column('plain', sa.Boolean(), nullable=False),
    sa.Column('loose', sa.Boolean(), nullable=False),
    sa.Column('ts', sa.String(length=200), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('created_at', UTCTime(), nullable=False),
    sa.Column('posted_at', UTCTime(), nullable=True),
    sa.Column('edits_wanted', sa.Integer(), nullable=False),
    sa.Column('edits_done', sa.Integer(), nullable=False),
    sa.Column('edit_after', UTCTime(), nullable=True),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_delivery')),
    sa.UniqueConstraint('delivery_id', name=op.f('uq_delivery_delivery_id'))
    )
    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.create_index('ix_delivery_alert', ['alert_id'], unique=False)
        batch_op.create_index('ix_delivery_channel_thread', ['channel', 'thread', 'seq'], unique=False)
        batch_op.create_index('ix_delivery_edit_after', ['edit_after'], unique=False)
        batch_op.create_index('ix_delivery_gathered_into', ['gathered_into'], unique=False)
        batch_op.create_index('ix_delivery_state_due', ['state', 'not_before'], unique=False)

    op.create_table('entry',
    sa.Column('entry_key', sa.String(length=40), nullable=False),
    sa.Column('feed_id', sa.String(length=40), nullable=False),
    sa.Column('guid', sa.Text(), nullable=False),
    sa.Column('guid_hash', sa.String(length=40), nullable=False),
    sa.Column('repeated_guid', sa.Boolean(), nullable=False),
    sa.Column('url_key', sa.Text(), nullable=True),
    sa.Column('url_hash', sa.String(length=40), nullable=True),
    sa.Column('content_hash', sa.String(length=40), nullable=False),
    sa.Column('versions', sa.Integer(), nullable=False),
    sa.Column('link', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('content', sa.Text(), nullable=True),
    sa.Column('authors', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=True),
    sa.Column('published', UTCTime(), nullable=True),
    sa.Column('updated', UTCTime(), nullable=True),
    sa.Column('first_seen', UTCTime(), nullable=False),
    sa.Column('changed_at', UTCTime(), nullable=False),
    sa.Column('silent', sa.Boolean(), nullable=False),
    sa.Column('piece', sa.String(length=20), nullable=True),
    sa.Column('gone_at', UTCTime(), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('not_before', UTCTime(), nullable=False),
    sa.Column('lease_until', UTCTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('entry_key', name=op.f('pk_entry'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index('ix_entry_feed_content', ['feed_id', 'content_hash'], unique=False)
        batch_op.create_index('ix_entry_feed_guid', ['feed_id', 'guid_hash'], unique=False)
        batch_op.create_index('ix_entry_feed_url', ['feed_id', 'url_hash'], unique=False)
        batch_op.create_index('ix_entry_state_due', ['state', 'not_before'], unique=False)

    op.create_table('entry_version',
    sa.Column('entry_key', sa.String(length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content_hash', sa.String(length=40), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('seen_at', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('entry_key', 'version', name=op.f('pk_entry_version'))
    )
    op.create_table('feed',
    sa.Column('feed_id', sa.String(length=40), nullable=False),
    sa.Column('written_url', sa.Text(), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=False),
    sa.Column('language', sa.String(length=40), nullable=True),
    sa.Column('groups', sa.Text(), nullable=False),
    sa.Column('full_text', sa.String(length=10), nullable=False),
    sa.Column('login', sa.Text(), nullable=True),
    sa.Column('every_seconds', sa.Float(), nullable=True),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('url_history', sa.Text(), nullable=False),
    sa.Column('moved_to', sa.Text(), nullable=True),
    sa.Column('moved_since', UTCTime(), nullable=True),
    sa.Column('moved_polls', sa.Integer(), nullable=False),
    sa.Column('etag', sa.Text(), nullable=True),
    sa.Column('last_modified', sa.Text(), nullable=True),
    sa.Column('last_whole', UTCTime(), nullable=True),
    sa.Column('straight_304s', sa.Integer(), nullable=False),
    sa.Column('body_hash', sa.String(length=40), nullable=True),
    sa.Column('pieces', sa.Text(), nullable=False),
    sa.Column('next_poll', UTCTime(), nullable=False),
    sa.Column('why_then', sa.String(length=60), nullable=False),
    sa.Column('wait_seconds', sa.Float(), nullable=True),
    sa.Column('entries_per_day', sa.Float(), nullable=True),
    sa.Column('lease_until', UTCTime(), nullable=True),
    sa.Column('gone', sa.Boolean(), nullable=False),
    sa.Column('failures', sa.Integer(), nullable=False),
    sa.Column('last_polled', UTCTime(), nullable=True),
    sa.Column('last_good', UTCTime(), nullable=True),
    sa.Column('last_new', UTCTime(), nullable=True),
    sa.Column('outcome', sa.String(length=60), nullable=True),
    sa.Column('trouble', sa.Text(), nullable=True),
    sa.Column('trouble_since', UTCTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('hub', sa.Text(), nullable=True),
    sa.Column('hint_seconds', sa.Float(), nullable=True),
    sa.Column('skip_hours', sa.Text(), nullable=False),
    sa.Column('skip_days', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('feed_id', name=op.f('pk_feed'))
    )
    with op.batch_alter_table('feed', schema=None) as batch_op:
        batch_op.create_index('ix_feed_next_poll', ['next_poll'], unique=False)

    op.create_table('good_item',
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('item_id', sa.String(length=400), nullable=False),
    sa.Column('file', sa.Text(), nullable=False),
    sa.Column('meaning', sa.String(length=40), nullable=False),
    sa.Column('body', sa.String(length=40), nullable=False),
    sa.Column('since', UTCTime(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('kind', 'item_id', name=op.f('pk_good_item'))
    )
    op.create_table('host_line',
    sa.Column('host_hash', sa.String(length=20), nullable=False),
    sa.Column('line_hash', sa.String(length=20), nullable=False),
    sa.Column('article_hash', sa.String(length=20), nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('host_hash', 'line_hash', 'article_hash', name=op.f('pk_host_line'))
    )
    with op.batch_alter_table('host_line', schema=None) as batch_op:
        batch_op.create_index('ix_host_line_day', ['day'], unique=False)

    op.create_table('host_wait',
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('until', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_host_wait'))
    )
    op.create_table('page',
    sa.Column('page_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('url_hash', sa.String(length=40), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('outcome', sa.String(length=40), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('archived', sa.Text(), nullable=True),
    sa.Column('canonical', sa.Text(), nullable=True),
    sa.Column('asked_hash', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('page_id', name=op.f('pk_page'))
    )
    with op.batch_alter_table('page', schema=None) as batch_op:
        batch_op.create_index('ix_page_asked_hash', ['asked_hash'], unique=False)
        batch_op.create_index('ix_page_at', ['at'], unique=False)
        batch_op.create_index('ix_page_url_hash_at', ['url_hash', 'at'], unique=False)

    op.create_table('pause',
    sa.Column('scope', sa.String(length=250), nullable=False),
    sa.Column('until', UTCTime(), nullable=True),
    sa.Column('by', sa.String(length=200), nullable=True),
    sa.Column('since', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('scope', name=op.f('pk_pause'))
    )
    op.create_table('poll',
    sa.Column('poll_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('feed_id', sa.String(length=40), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('outcome', sa.String(length=60), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('new', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('next_poll', UTCTime(), nullable=False),
    sa.Column('why_then', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('poll_id', name=op.f('pk_poll'))
    )
    with op.batch_alter_table('poll', schema=None) as batch_op:
        batch_op.create_index('ix_poll_feed_at', ['feed_id', 'at'], unique=False)

    op.create_table('queue_number',
    sa.Column('name', sa.String(length=20), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_queue_number'))
    )
    op.create_table('robots',
    sa.Column('origin', sa.String(length=300), nullable=False),
    sa.Column('answer', sa.String(length=10), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('until', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('origin', name=op.f('pk_robots'))
    )
    op.create_table('rule_figure',
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('ledger', sa.String(length=400), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('above', sa.Boolean(), nullable=True),
    sa.Column('below', sa.Boolean(), nullable=True),
    sa.PrimaryKeyConstraint('rule_id', 'ledger', name=op.f('pk_rule_figure'))
    )
    with op.batch_alter_table('rule_figure', schema=None) as batch_op:
        batch_op.create_index('ix_rule_figure_ledger', ['ledger'], unique=False)

    op.create_table('rule_waiting',
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('development_id', sa.String(length=40), nullable=False),
    sa.Column('since', UTCTime(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('rule_id', 'development_id', name=op.f('pk_rule_waiting'))
    )
    with op.batch_alter_table('rule_waiting', schema=None) as batch_op:
        batch_op.create_index('ix_rule_waiting_development', ['development_id'], unique=False)
        batch_op.create_index('ix_rule_waiting_since', ['since'], unique=False)

    op.create_table('step',
    sa.Column('step_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('run', sa.String(length=250), nullable=False),
    sa.Column('step', sa.String(length=20), nullable=False),
    sa.Column('finished_at', UTCTime(), nullable=False),
    sa.Column('counts', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('step_id', name=op.f('pk_step'))
    )
    with op.batch_alter_table('step', schema=None) as batch_op:
        batch_op.create_index('ix_step_finished_at', ['finished_at'], unique=False)
        batch_op.create_index('ix_step_run', ['run'], unique=False)

    op.create_table('told_article',
    sa.Column('article_id', sa.String(length=64), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('story', sa.String(length=64), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('text_hash', sa.BigInteger(), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('runs', sa.LargeBinary(), nullable=False),
    sa.Column('numbers', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_told_article')),
    sa.UniqueConstraint('number', name=op.f('uq_told_article_number'))
    )
    op.create_table('told_by_rule',
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('development_id', sa.String(length=40), nullable=False),
    sa.Column('alert_id', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('rule_id', 'development_id', name=op.f('pk_told_by_rule'))
    )
    with op.batch_alter_table('told_by_rule', schema=None) as batch_op:
        batch_op.create_index('ix_told_by_rule_development', ['development_id'], unique=False)

    op.create_table('told_carrier',
    sa.Column('development_id', sa.String(length=64), nullable=False),
    sa.Column('article_id', sa.String(length=64), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('credit', sa.Text(), nullable=True),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('nth', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('development_id', 'article_id', name=op.f('pk_told_carrier'))
    )
    op.create_table('told_development',
    sa.Column('development_id', sa.String(length=64), nullable=False),
    sa.Column('story', sa.String(length=64), nullable=False),
    sa.Column('article_id', sa.String(length=64), nullable=False),
    sa.Column('first_seen', UTCTime(), nullable=False),
    sa.Column('record', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('development_id', name=op.f('pk_told_development'))
    )
    with op.batch_alter_table('told_development', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_told_development_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_told_development_first_seen'), ['first_seen'], unique=False)
        batch_op.create_index('ix_told_development_story_first_seen', ['story', 'first_seen'], unique=False)

    op.create_table('told_key',
    sa.Column('key', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('sentence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('key', 'sentence', name=op.f('pk_told_key'))
    )
    op.create_table('told_sentence',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('hash', sa.BigInteger(), nullable=False),
    sa.Column('mask', sa.BigInteger(), nullable=False),
    sa.Column('article_id', sa.String(length=64), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=True),
    sa.Column('origin', sa.Text(), nullable=False),
    sa.Column('story', sa.String(length=64), nullable=False),
    sa.Column('first_day', sa.Integer(), nullable=False),
    sa.Column('last_at', sa.BigInteger(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('stems', sa.Text(), nullable=False),
    sa.Column('facts', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_told_sentence'))
    )
    with op.batch_alter_table('told_sentence', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_told_sentence_hash'), ['hash'], unique=False)
        batch_op.create_index(batch_op.f('ix_told_sentence_last_at'), ['last_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_told_sentence_mask'), ['mask'], unique=False)

    op.create_table('told_sketch',
    sa.Column('hash', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('article', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('day', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('hash', 'article', name=op.f('pk_told_sketch'))
    )
    with op.batch_alter_table('told_sketch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_told_sketch_day'), ['day'], unique=False)

    op.create_table('told_step',
    sa.Column('ledger', sa.String(length=300), nullable=False),
    sa.Column('nth', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('development_id', sa.String(length=64), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('article_id', sa.String(length=64), nullable=False),
    sa.Column('status', sa.String(length=16), nullable=True),
    sa.Column('value', sa.Float(), nullable=True),
    sa.Column('bound', sa.String(length=16), nullable=True),
    sa.Column('moves', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('ledger', 'nth', name=op.f('pk_told_step'))
    )
    op.create_table('told_story',
    sa.Column('story', sa.String(length=64), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.Column('last_at', UTCTime(), nullable=False),
    sa.Column('vector', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('story', name=op.f('pk_told_story')),
    sa.UniqueConstraint('number', name=op.f('uq_told_story_number'))
    )
    op.create_table('told_story_term',
    sa.Column('term', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('story', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.PrimaryKeyConstraint('term', 'story', name=op.f('pk_told_story_term'))
    )
    op.create_table('told_word',
    sa.Column('word', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('articles', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('word', name=op.f('pk_told_word'))
    )
    op.create_table('why',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('article_id', sa.String(length=200), nullable=False),
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('said_yes', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=True),
    sa.Column('development_id', sa.String(length=40), nullable=True),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_why'))
    )
    with op.batch_alter_table('why', schema=None) as batch_op:
        batch_op.create_index('ix_why_article_rule', ['article_id', 'rule_id'], unique=False)
        batch_op.create_index('ix_why_at', ['at'], unique=False)

