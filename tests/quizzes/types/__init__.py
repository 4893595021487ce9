"""Tests of the question types, through what all of them share."""
