"""Containers: e-mails and archives, whose parts are documents of their own."""
