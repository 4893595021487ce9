"""The drills: real servers are killed, cut off, filled up and reloaded while people answer (docs/reliability.md)."""
