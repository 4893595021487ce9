"""Trying questions before anybody is asked: keys graded from a file, a quiz as one page (see README.md)."""
