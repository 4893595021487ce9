"""Rate limits shared by all workers, counted in the database; never used on saves or reading."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from learnapp.kit.db import Base


class RateRow(Base):
    """How often `key` was hit in the window that ends at `ends_at`."""

    __tablename__ = "rate"
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    hits: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime] = mapped_column(index=True)
