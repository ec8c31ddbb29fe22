"""Nightly versions: tagged, pruned, and promoted by digest."""
