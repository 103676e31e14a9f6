"""Channels that end in the inbox: mailboxes, folders where partners drop files, and the HTTP endpoint."""
