"""A Board paper held against the figures of its cycle: its rows, its claims and the rules that judge them."""
