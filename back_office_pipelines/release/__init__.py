"""The release room: accepted records handed to the client, once and for good."""
