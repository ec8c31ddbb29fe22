"""One file per verb: each joins adapters, kinds, rules and values, and decides the order."""
