"""Tests of gradebook."""
