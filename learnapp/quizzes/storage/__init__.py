"""Rows and queries of quizzes: published questions, attempts, slots and their steps."""
