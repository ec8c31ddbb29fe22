"""The operators' handbook of one version, and the check of a handbook that is there."""
