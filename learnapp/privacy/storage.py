"""Who was erased, as rows: applied again after an older backup was restored."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base


class ErasureRow(Base):
    """One erased account: its random public id and the moment, nothing else."""

    __tablename__ = "erasure"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_public_id: Mapped[str] = mapped_column(String(22), unique=True)
    erased_at: Mapped[datetime]
