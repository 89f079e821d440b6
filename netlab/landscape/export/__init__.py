"""A walk to take along: its numbers as CSV, the map as a film."""
