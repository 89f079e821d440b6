"""All runs beside each other: a table, their curves, their settings against their outcomes."""
