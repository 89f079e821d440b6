"""Settings and letters that several optimizers share."""

from __future__ import annotations

from netlab.nn.setting import epsilon, share

MOMENTUM = share("momentum", "Momentum", 0.9, "How much of the velocity is kept.", maximum=1.0)
BETA_1 = share("beta_1", "β₁", 0.9, "How much of the average gradient is kept.")
BETA_2 = share("beta_2", "β₂", 0.999, "How much of the average squared gradient is kept.", maximum=0.999999)
INSIDE = epsilon("Added under the root, so that a gradient of 0 divides by something.")
OUTSIDE = epsilon("Added after the root, so that a gradient of 0 divides by something.")

STEP = ("g the slope", "η the learning rate")
VELOCITY = "m the velocity"
SQUARE = "v the average square of slopes"
MU = "μ the share of the velocity that is kept"
RHO = "ρ the share that is remembered"
BETA = "β shares that are remembered"
TIME = "t the number of the step"
EPSILON = "ε a tiny number, so that nothing is divided by 0"
