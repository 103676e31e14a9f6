"""The normalization room: raw values of a document to canonical ones, by the dictionary's registered normalisers."""
