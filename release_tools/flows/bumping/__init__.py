"""From one version to the next: the plan of edits, its commit, tag and pull request."""
