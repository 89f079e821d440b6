"""Trainings on a cluster of Ray: where a worker runs, and nothing else (docs/adr/0017-cluster.md)."""
