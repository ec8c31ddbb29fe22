"""What exists of every surface in every channel, what runs where, and how a release goes on."""
