"""Digests instead of tags: written into files, and checked there."""
