"""Releases: one engine that brings in a file by its description, a TOML of the root or of the package."""
