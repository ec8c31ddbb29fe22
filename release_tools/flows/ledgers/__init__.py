"""The ledger of digests: recorded at a release, and held against the registries by the audit."""
