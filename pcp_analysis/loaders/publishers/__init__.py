"""Loaders of publishers' releases: one module a publisher, from its file as it was laid out to a checked table."""
