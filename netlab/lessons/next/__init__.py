"""Where to go from here."""
