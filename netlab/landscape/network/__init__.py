"""The loss of a trained network on a plane through its weights, and how much of the network that plane holds."""
