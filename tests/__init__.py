"""The tests: one folder per room, mirroring the layers."""
