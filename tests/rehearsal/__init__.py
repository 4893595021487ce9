"""Tests of the authors' tools that try questions before anybody is asked."""
