"""Changing a question after people answered: what becomes of their attempts."""
