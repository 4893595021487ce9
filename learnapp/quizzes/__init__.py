"""Asking and grading: quizzes, attempts, question types."""
