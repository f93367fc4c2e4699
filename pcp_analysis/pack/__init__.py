"""The press: notebooks in, a published pack out. Knows no crime, and imports no other room of the package."""
