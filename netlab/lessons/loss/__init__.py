"""Two losses of one answer."""
