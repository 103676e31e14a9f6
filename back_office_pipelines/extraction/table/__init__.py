"""Tables as text: encoding, delimiter, columns by name or label, rows to records."""
