"""Who sees a record before it is released: the proof that a lane needs nobody."""
