"""The validation room: records held against their dictionary, exceptions opened and closed, one split."""
