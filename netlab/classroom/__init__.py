"""A class at one server: who is here, what trains, the board for the projector, how to join."""
