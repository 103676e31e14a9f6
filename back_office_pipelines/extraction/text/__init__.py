"""Running text without pages: e-mail bodies, HTML pages and plain text, read as lines of words."""
