"""Keeping what people wrote: backups that are verified, and restoring them."""
