"""Learning too well: a network that knows its few examples by heart, and what keeps it from that."""
