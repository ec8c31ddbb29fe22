"""Whether a publish workflow may go on: the ranked checks of one pushed tag."""
