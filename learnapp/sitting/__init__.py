"""Sitting a quiz: the pages around a paper, from the start to the result."""
