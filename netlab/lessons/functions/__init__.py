"""A network is a function: by hand, by series, by learning."""
