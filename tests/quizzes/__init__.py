"""Tests of asking and grading."""
