"""What a reader expected, as a line to lay over the accuracy that came."""

from __future__ import annotations

import plotly.graph_objects as go

from netlab.plots.palette import GREEN
from netlab.training.prediction import Prediction

NAME = "your prediction"


def prediction_trace(prediction: Prediction, *, wrong: bool = False) -> go.Scatter:
    """The line against epochs: the share of right answers or, of those that are ``wrong``, the rest."""
    return go.Scatter(
        x=[round(epoch, 3) for epoch in prediction.epochs],
        y=[round(1 - share if wrong else share, 4) for share in prediction.accuracies],
        name=NAME,
        mode="lines",
        line={"color": GREEN, "width": 2, "dash": "dot"},
        hovertemplate="%{y:.1%}<extra>" + NAME + "</extra>",
    )
