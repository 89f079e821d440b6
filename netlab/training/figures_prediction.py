"""What a reader expected, as a line to lay over the accuracy that came."""

from __future__ import annotations

import plotly.graph_objects as go

from netlab.plots.palette import GREEN
from netlab.training.prediction import Prediction

NAME = "your prediction"


def prediction_trace(prediction: Prediction, *, steps_per_epoch: int = 1) -> go.Scatter:
    """The line; its x are epochs, or batches if it is told how many of them an epoch has."""
    return go.Scatter(
        x=[round(epoch * steps_per_epoch, 3) for epoch in prediction.epochs],
        y=[round(share, 4) for share in prediction.accuracies],
        name=NAME,
        mode="lines",
        line={"color": GREEN, "width": 2, "dash": "dot"},
        hovertemplate="%{y:.1%}<extra>" + NAME + "</extra>",
    )
