"""Characters of pictures: images and scanned pages to the same words with places that a text layer gives."""
