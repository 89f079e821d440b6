"""Results in, ``plotly.graph_objects.Figure`` out: drawing and nothing else."""
