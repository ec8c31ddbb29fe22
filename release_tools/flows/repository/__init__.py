"""The project's clone, its remote, and its repository on GitHub."""
