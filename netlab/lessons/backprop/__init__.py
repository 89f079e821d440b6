"""Back-propagation: on a small network, on the trained one, and checked."""
