"""Stand-in digits, written by a pen of our own."""
