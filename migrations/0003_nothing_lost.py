"""No answer is ever lost: times for each learner, keys of saves, previews, corrections, erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FRACTION = sa.String(length=80)
ONE_OPEN = "status = 'open'"
ONE_OPEN_BUT_PREVIEWS = "status = 'open' AND kind <> 'preview'"


def _moment(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _key(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


# Only plain columns are added to tables that exist: that is done at once, however long the table is, and the
# release before this one goes on working (it fills none of them, and every one may be empty or has a default).
ADDED = {
    "person": (_moment("erased_at"),),
    "attempt": (
        _number("limit_minutes"),
        sa.Column("extra_minutes", sa.Integer(), nullable=False, server_default="0"),
        _moment("closes_at"),
        _moment("check_at"),
        sa.Column("deadline_policy", sa.String(length=12), nullable=False, server_default="auto_submit"),
        sa.Column("grace_minutes", sa.Integer(), nullable=False, server_default="1440"),
        _moment("preview_at"),
        _number("preview_cohort_id"),
        _moment("rescored_at"),
    ),
    "slot": (sa.Column("ruling", sa.JSON(), nullable=True), _number("graded_version_id")),
    "step": (sa.Column("key", sa.String(length=36), nullable=True),),
    "stale_save": (sa.Column("key", sa.String(length=36), nullable=True),),
}


def upgrade() -> None:
    for table, columns in ADDED.items():
        for column in columns:
            op.add_column(table, column._copy())
    op.create_index("ix_attempt_status_check_at", "attempt", ["status", "check_at"], unique=False)
    _replace_one_open(ONE_OPEN_BUT_PREVIEWS)
    _override()
    _attempt_event()
    _corrections()
    op.create_table(
        "erasure",
        _number("id", False),
        sa.Column("person_public_id", sa.String(length=22), nullable=False),
        _moment("erased_at", False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_public_id", name=op.f("uq_erasure_person_public_id")),
    )


def _replace_one_open(condition: str) -> None:
    op.drop_index("uq_attempt_one_open", table_name="attempt")
    where = {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
    op.create_index("uq_attempt_one_open", "attempt", ["person_id", "quiz_id"], unique=True, **where)


def _override() -> None:
    op.create_table(
        "override",
        _number("id", False),
        _number("quiz_id"),
        _number("person_id"),
        _number("cohort_id"),
        _moment("opens_at"),
        _moment("closes_at"),
        _number("limit_minutes"),
        _number("extra_minutes"),
        sa.Column("time_factor", FRACTION, nullable=True),
        _number("attempt_limit"),
        _number("extra_attempts"),
        sa.Column("reason", sa.Text(), nullable=False),
        _number("made_by"),
        _moment("made_at", False),
        _number("ended_by"),
        _moment("ended_at"),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (cohort_id IS NULL)", name=op.f("ck_override_one_target")),
        _key("override", "quiz_id", "quiz", "CASCADE"),
        _key("override", "person_id", "person", "CASCADE"),
        _key("override", "cohort_id", "cohort", "CASCADE"),
        _key("override", "made_by", "person", "SET NULL"),
        _key("override", "ended_by", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
        sa.UniqueConstraint("public_id", name=op.f("uq_override_public_id")),
    )
    op.create_index("ix_override_person_id", "override", ["person_id"], unique=False)
    op.create_index("ix_override_cohort_id", "override", ["cohort_id"], unique=False)


def _attempt_event() -> None:
    op.create_table(
        "attempt_event",
        _number("id", False),
        _number("attempt_id", False),
        sa.Column("event", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _number("actor_id"),
        _moment("recorded_at", False),
        _key("attempt_event", "attempt_id", "attempt", "CASCADE"),
        _key("attempt_event", "actor_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_event")),
    )
    op.create_index(op.f("ix_attempt_event_attempt_id"), "attempt_event", ["attempt_id"], unique=False)


def _corrections() -> None:
    op.create_table(
        "correction",
        _number("id", False),
        _number("question_id", False),
        _number("version_id", False),
        sa.Column("policy", sa.String(length=20), nullable=False),
        sa.Column("option", sa.String(length=60), nullable=True),
        sa.Column("may_lower", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        _number("actor_id"),
        _moment("made_at", False),
        _moment("finished_at"),
        sa.Column("public_id", sa.String(length=22), nullable=False),
        sa.CheckConstraint("status in ('running', 'done')", name=op.f("ck_correction_status")),
        _key("correction", "question_id", "question"),
        _key("correction", "version_id", "question_version"),
        _key("correction", "actor_id", "person", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("public_id", name=op.f("uq_correction_public_id")),
    )
    op.create_index(op.f("ix_correction_question_id"), "correction", ["question_id"], unique=False)
    op.create_table(
        "correction_entry",
        _number("id", False),
        _number("correction_id", False),
        _number("attempt_id", False),
        _number("position", False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("fraction_before", FRACTION, nullable=True),
        sa.Column("fraction_after", FRACTION, nullable=True),
        sa.Column("score_before", FRACTION, nullable=False),
        sa.Column("score_after", FRACTION, nullable=False),
        sa.Column("maximum_before", FRACTION, nullable=False),
        sa.Column("maximum_after", FRACTION, nullable=False),
        sa.Column("passed_before", sa.Boolean(), nullable=False),
        sa.Column("passed_after", sa.Boolean(), nullable=False),
        _moment("recorded_at", False),
        _key("correction_entry", "correction_id", "correction", "CASCADE"),
        _key("correction_entry", "attempt_id", "attempt", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_entry")),
        sa.UniqueConstraint("correction_id", "attempt_id", name=op.f("uq_correction_entry_correction_id_attempt_id")),
    )
    op.create_index(op.f("ix_correction_entry_attempt_id"), "correction_entry", ["attempt_id"], unique=False)


def downgrade() -> None:
    for table in ("erasure", "correction_entry", "correction", "attempt_event", "override"):
        op.drop_table(table)
    op.execute("DELETE FROM attempt WHERE kind = 'preview'")  # the older index knows no previews
    _replace_one_open(ONE_OPEN)
    op.drop_index("ix_attempt_status_check_at", table_name="attempt")
    for table, columns in reversed(ADDED.items()):
        for column in reversed(columns):
            op.drop_column(table, column.name)
