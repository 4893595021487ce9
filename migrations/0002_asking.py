"""Every way of asking: behaviours, certainty, sections, and marks that a person gives."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FRACTION = sa.String(length=80)


def upgrade() -> None:
    with op.batch_alter_table("quiz_version") as batch:
        batch.add_column(sa.Column("sections", sa.JSON(), nullable=True))
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("behaviour", sa.String(length=30), nullable=False, server_default="deferred"))
        batch.add_column(sa.Column("penalty", FRACTION, nullable=False, server_default="1/3"))
        batch.add_column(sa.Column("certainty", sa.String(length=10), nullable=False, server_default="off"))
        batch.add_column(sa.Column("provisional", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("slot") as batch:
        batch.alter_column("objective", existing_type=sa.String(length=10), type_=sa.String(length=80))
        batch.alter_column("state", existing_type=sa.String(length=12), type_=sa.String(length=20))
        batch.add_column(sa.Column("section", sa.String(length=60), nullable=True))
        batch.add_column(sa.Column("certainty", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("phase", sa.String(length=10), nullable=False, server_default="open"))
    with op.batch_alter_table("step") as batch:
        batch.add_column(sa.Column("action", sa.String(length=10), nullable=False, server_default="save"))
        batch.add_column(sa.Column("certainty", sa.Integer(), nullable=True))
    with op.batch_alter_table("grade") as batch:
        batch.add_column(sa.Column("method", sa.String(length=10), nullable=False, server_default="highest"))
    op.create_table(
        "marking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("fraction", FRACTION, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["person.id"], name=op.f("fk_marking_actor_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_marking_slot_id_slot"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking")),
    )
    with op.batch_alter_table("marking") as batch:
        batch.create_index(op.f("ix_marking_slot_id"), ["slot_id"], unique=False)


def downgrade() -> None:
    op.drop_table("marking")
    columns = {
        "grade": ("method",),
        "step": ("certainty", "action"),
        "slot": ("phase", "tries", "certainty", "section"),
        "attempt": ("provisional", "certainty", "penalty", "behaviour"),
        "quiz_version": ("sections",),
    }
    for table, names in columns.items():
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.drop_column(name)
            if table == "slot":
                batch.alter_column("objective", existing_type=sa.String(length=80), type_=sa.String(length=10))
                batch.alter_column("state", existing_type=sa.String(length=20), type_=sa.String(length=12))
