"""Tests of reading lessons."""
