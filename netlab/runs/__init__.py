"""What a training leaves: events, history, files, diagnosis."""
