"""Training as a stream of events: a loop that yields them, a worker that prints them, jobs that keep them."""
