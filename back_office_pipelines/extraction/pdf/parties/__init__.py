"""Who sells and who buys: names on pages, what speaks for each, and the choice of both.

What belongs here: names. What does not: their numbers and accounts (`facts`).
"""
