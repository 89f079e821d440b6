"""The commands of ``python -m netlab``."""
