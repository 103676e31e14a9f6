"""The ground floor: raw text to canonical dates, numbers, identifiers and names. Imports no other room."""
