"""What a network looks at and where it is wrong: its answers, its units, a digit on its way, a batch opened."""
