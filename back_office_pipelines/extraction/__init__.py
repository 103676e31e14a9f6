"""The extraction room: from the bytes of one document to records with raw values and where each was found."""
