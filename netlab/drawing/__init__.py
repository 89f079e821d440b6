"""From ink to an answer."""
