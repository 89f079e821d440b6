"""What becomes of a signal and of a gradient behind many layers."""
