"""A number as a record, and words that are bound to it."""
