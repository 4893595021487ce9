"""Tests of reading, checking, rendering and publishing content."""
