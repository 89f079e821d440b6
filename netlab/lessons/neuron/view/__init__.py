"""What the page on one neuron shows."""
