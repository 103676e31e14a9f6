"""Contracts in other people's formats: written from a dictionary, never read back."""
