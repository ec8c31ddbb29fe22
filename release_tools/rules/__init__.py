"""Pure judgement: what agrees, what a target means, and the table of findings."""
