"""feedback, readings and repairs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from wirewatch.store.metadata import UTCTime

revision: str = '0002'
down_revision: str | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Go forward; there is no way back but a backup."""
    op.create_table('backtest',
    sa.Column('job_id', sa.String(length=40), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('began_at', UTCTime(), nullable=False),
    sa.Column('beat_at', UTCTime(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('stop', sa.Boolean(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('file', sa.String(length=400), nullable=False),
    sa.Column('draft', sa.Text(), nullable=True),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('of', sa.Integer(), nullable=False),
    sa.Column('result', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('job_id', name=op.f('pk_backtest'))
    )
    with op.batch_alter_table('backtest', schema=None) as batch_op:
        batch_op.create_index('ix_backtest_began_at', ['began_at'], unique=False)

    op.create_table('feedback',
    sa.Column('alert_id', sa.String(length=40), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('rule_id', sa.String(length=200), nullable=False),
    sa.Column('verdict', sa.String(length=10), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('alert_id', 'who', name=op.f('pk_feedback'))
    )
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.create_index('ix_feedback_rule', ['rule_id', 'verdict'], unique=False)

    op.create_table('hard_case',
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('article_id', sa.String(length=200), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('last_try', UTCTime(), nullable=False),
    sa.Column('set_aside_at', UTCTime(), nullable=True),
    sa.Column('program', sa.String(length=40), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_hard_case'))
    )
    op.create_table('judgement',
    sa.Column('sequence', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('article_id', sa.String(length=200), nullable=False),
    sa.Column('content_hash', sa.String(length=40), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('silent', sa.Boolean(), nullable=False),
    sa.Column('vocabulary', sa.String(length=40), nullable=False),
    sa.Column('publisher', sa.Text(), nullable=True),
    sa.Column('credit', sa.Text(), nullable=True),
    sa.Column('known_share', sa.Float(), nullable=False),
    sa.Column('verdicts', sa.Text(), nullable=False),
    sa.Column('finds', sa.Text(), nullable=False),
    sa.Column('record', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('sequence', name=op.f('pk_judgement'))
    )
    with op.batch_alter_table('judgement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_judgement_article_id'), ['article_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_judgement_at'), ['at'], unique=False)

    op.create_table('place',
    sa.Column('address', sa.String(length=250), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('looked_at', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('address', name=op.f('pk_place'))
    )
    op.create_table('regrouped',
    sa.Column('article_id', sa.String(length=200), nullable=False),
    sa.Column('groups', sa.Text(), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('article_id', name=op.f('pk_regrouped'))
    )
    op.create_table('restored',
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('since', UTCTime(), nullable=False),
    sa.Column('until', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_restored'))
    )
    op.create_table('service',
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('seen_at', UTCTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_service'))
    )
    op.create_table('story_repair',
    sa.Column('repair_id', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('story', sa.String(length=64), nullable=False),
    sa.Column('other', sa.String(length=64), nullable=False),
    sa.Column('articles', sa.Text(), nullable=False),
    sa.Column('was', sa.Text(), nullable=False),
    sa.Column('who', sa.String(length=200), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('undone_by', sa.String(length=200), nullable=True),
    sa.Column('undone_at', UTCTime(), nullable=True),
    sa.PrimaryKeyConstraint('repair_id', name=op.f('pk_story_repair'))
    )
    with op.batch_alter_table('story_repair', schema=None) as batch_op:
        batch_op.create_index('ix_story_repair_other', ['other'], unique=False)
        batch_op.create_index('ix_story_repair_story', ['story'], unique=False)

    op.create_table('told_list',
    sa.Column('key', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('numbers', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_told_list')),
    postgresql_with={'fillfactor': 80}
    )
    op.create_table('vocabulary',
    sa.Column('version', sa.String(length=40), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('record', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('version', name=op.f('pk_vocabulary'))
    )
    op.create_table('watch_version',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file', sa.String(length=400), nullable=False),
    sa.Column('at', UTCTime(), nullable=False),
    sa.Column('who', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('body', sa.String(length=64), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_watch_version'))
    )
    with op.batch_alter_table('watch_version', schema=None) as batch_op:
        batch_op.create_index('ix_watch_version_file_seq', ['file', 'seq'], unique=False)

    op.create_table('search',
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('article_id', sa.String(length=40), nullable=True),
    sa.Column('alert_id', sa.String(length=40), nullable=True),
    sa.Column('words', sa.Text().with_variant(postgresql.TSVECTOR(), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['alert_id'], ['alert.alert_id'], name=op.f('fk_search_alert_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['article_id'], ['article.article_id'], name=op.f('fk_search_article_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_search')),
    sa.UniqueConstraint('alert_id', name=op.f('uq_search_alert_id')),
    sa.UniqueConstraint('article_id', name=op.f('uq_search_article_id'))
    )
    with op.batch_alter_table('alert', schema=None) as batch_op:
        batch_op.add_column(sa.Column('run', sa.String(length=250), server_default='', nullable=False))
        batch_op.create_index('ix_alert_article', ['article_id'], unique=False)
        batch_op.create_index('ix_alert_run', ['run'], unique=False)
        batch_op.create_index('ix_alert_story', ['story'], unique=False)

    with op.batch_alter_table('delivery', schema=None) as batch_op:
        batch_op.add_column(sa.Column('edit_lease', UTCTime(), nullable=True))

    with op.batch_alter_table('told_sentence', schema=None) as batch_op:
        batch_op.alter_column('number',
               existing_type=sa.BIGINT(),
               type_=sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
               existing_nullable=False)
        batch_op.drop_index(batch_op.f('ix_told_sentence_mask'))
        batch_op.create_index('ix_told_sentence_mask_number', ['mask', 'number'], unique=False)

    with op.batch_alter_table('told_word', schema=None) as batch_op:
        batch_op.alter_column('word',
               existing_type=sa.BIGINT(),
               type_=sa.BigInteger().with_variant(sa.Integer(), 'sqlite'),
               existing_nullable=False)

