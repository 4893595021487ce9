"""The made-up quizzes of tests/quizzes, which the pages around a paper show."""

from tests.quizzes.conftest import actor, quizzes

__all__ = ["actor", "quizzes"]
