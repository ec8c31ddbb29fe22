"""The GitHub Release, written exactly once, when every surface agrees."""
