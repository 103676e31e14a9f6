"""Documents are read in processes of their own, so that a hostile one hurts nobody but itself."""
