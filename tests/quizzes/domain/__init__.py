"""Tests of the pure rules of attempts, papers, scores and reviews."""
