"""The ideas: a folder each, its mathematics beside its figures and its view."""
