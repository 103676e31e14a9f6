"""The intake room: inbox folders, manifests, the vault of source files, and the documents of a batch."""
