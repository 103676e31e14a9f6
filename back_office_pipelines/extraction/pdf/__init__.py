"""PDF: an invoice embedded as XML where there is one, else the text layer of the pages."""
