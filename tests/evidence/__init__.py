"""Tests of facts and their sources."""
