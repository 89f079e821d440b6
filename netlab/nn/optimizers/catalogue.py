"""Which optimizers there are, what each is for, and the trap in each."""

from netlab.nn.optimizers.adafactor import Adafactor
from netlab.nn.optimizers.adam import Adam, Adamax, Nadam
from netlab.nn.optimizers.adaptive import Adadelta, Adagrad, RMSprop
from netlab.nn.optimizers.base import Optimizer
from netlab.nn.optimizers.lion import Lion
from netlab.nn.optimizers.sgd import SGD
from netlab.nn.setting import Setting, epsilon, share, switch

_MOMENTUM = share("momentum", "Momentum", 0.9, "How much of the velocity is kept.", maximum=1.0)
_BETA_1 = share("beta_1", "β₁", 0.9, "How much of the average gradient is kept.")
_BETA_2 = share("beta_2", "β₂", 0.999, "How much of the average squared gradient is kept.", maximum=0.999999)
_INSIDE = epsilon("Added under the root, so that a gradient of 0 divides by something.")
_OUTSIDE = epsilon("Added after the root, so that a gradient of 0 divides by something.")
_RMSPROP = (
    share("rho", "ρ", 0.9, "How much of the average squared gradient is kept."),
    share("momentum", "Momentum", 0.0, "How much of the velocity is kept; 0 is none."),
    _INSIDE,
)
_ADAM = (_BETA_1, _BETA_2, _OUTSIDE)
_ADAM_LATEX = (
    r"m \leftarrow \beta_1 m + (1-\beta_1)\, g",
    r"v \leftarrow \beta_2 v + (1-\beta_2)\, g^2",
    r"w \leftarrow w - \eta \, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \, \frac{m}{\sqrt{v} + \varepsilon}",
)

_SGD = Optimizer(
    key="sgd",
    title="Gradient descent",
    idea="Look at the slope and take a step against it.",
    latex=(r"w \leftarrow w - \eta\, g",),
    trap="In a narrow valley the steep direction limits the step, and the flat direction hardly moves.",
    source="Cauchy, 1847; Robbins and Monro, 1951",
    keras_class="SGD",
    keras_learning_rate=0.01,
    rule=SGD,
    fixed={"momentum": 0.0, "nesterov": False},
)

_HEAVY_BALL = Optimizer(
    key="momentum",
    title="Momentum",
    idea="Roll like a heavy ball: keep some of the last step and add the new slope to it.",
    latex=(r"m \leftarrow \mu\, m - \eta\, g", r"w \leftarrow w + m"),
    trap="At the same learning rate the ball ends up 1/(1 − μ) times as fast: with μ = 0.9, ten times.",
    source="Polyak, 1964",
    keras_class="SGD",
    keras_learning_rate=0.01,
    rule=SGD,
    own=(_MOMENTUM,),
    fixed={"nesterov": False},
)

_NESTEROV = Optimizer(
    key="nesterov",
    title="Nesterov momentum",
    idea="Momentum that looks at the slope where the ball is about to be.",
    latex=(r"m \leftarrow \mu\, m - \eta\, g", r"w \leftarrow w + \mu\, m - \eta\, g"),
    trap="It bears a smaller learning rate than plain gradient descent: (2+2μ)/((1+2μ)L), not 2/L.",
    source="Nesterov, 1983; Sutskever et al., 2013",
    keras_class="SGD",
    keras_learning_rate=0.01,
    rule=SGD,
    own=(_MOMENTUM,),
    fixed={"nesterov": True},
)

_ADAGRAD = Optimizer(
    key="adagrad",
    title="Adagrad",
    idea="Each weight's steps shrink with all the slope that it has ever seen.",
    latex=(r"a \leftarrow a + g^2", r"w \leftarrow w - \eta \frac{g}{\sqrt{a + \varepsilon}}"),
    trap="The sum never falls, so a steep start makes every later step short.",
    source="Duchi, Hazan and Singer, 2011",
    keras_class="Adagrad",
    keras_learning_rate=0.001,
    rule=Adagrad,
    own=(
        Setting(
            "initial_accumulator_value", "First sum", 0.1, 0.0, 100.0, "What the sum of squares starts from."
        ),
        _INSIDE,
    ),
)

_ADADELTA = Optimizer(
    key="adadelta",
    title="Adadelta",
    idea="Scale each step by the size of recent steps, so that its units are those of the weight.",
    latex=(
        r"G \leftarrow \rho\, G + (1-\rho)\, g^2",
        r"\Delta = -\frac{\sqrt{D + \varepsilon}}{\sqrt{G + \varepsilon}}\, g",
        r"D \leftarrow \rho\, D + (1-\rho)\, \Delta^2",
        r"w \leftarrow w + \eta\, \Delta",
    ),
    trap="Keras's own learning rate of 0.001 hardly moves; the paper has none, which is 1. In two dimensions even that is slow.",
    source="Zeiler, 2012",
    keras_class="Adadelta",
    keras_learning_rate=0.001,
    rule=Adadelta,
    own=(share("rho", "ρ", 0.95, "How much of both averages is kept."), _INSIDE),
    changed={"learning_rate": 1.0},
)

_RMSPROP_PLAIN = Optimizer(
    key="rmsprop",
    title="RMSprop",
    idea="Divide the slope by its recent size, so that steep and flat directions move alike.",
    latex=(
        r"v \leftarrow \rho\, v + (1-\rho)\, g^2",
        r"w \leftarrow w - \eta \frac{g}{\sqrt{v + \varepsilon}}",
    ),
    trap="Near a minimum the slope is divided by itself: it dances at about the learning rate and settles only if that shrinks.",
    source="Hinton, 2012",
    keras_class="RMSprop",
    keras_learning_rate=0.001,
    rule=RMSprop,
    own=_RMSPROP,
    fixed={"centered": False},
)

_RMSPROP_CENTERED = Optimizer(
    key="rmsprop-centered",
    title="RMSprop, centred",
    idea="Divide the slope by how much it varies rather than by how large it is.",
    latex=(
        r"v \leftarrow \rho\, v + (1-\rho)\, g^2, \quad a \leftarrow \rho\, a + (1-\rho)\, g",
        r"w \leftarrow w - \eta \frac{g}{\sqrt{v - a^2 + \varepsilon}}",
    ),
    trap="A slope that stays the same has no variance: the divisor falls to √ε and a step can be enormous.",
    source="Graves, 2013",
    keras_class="RMSprop",
    keras_learning_rate=0.001,
    rule=RMSprop,
    own=_RMSPROP,
    fixed={"centered": True},
)

_ADAM_PLAIN = Optimizer(
    key="adam",
    title="Adam",
    idea="Momentum, divided by the recent size of the slope, corrected for the start.",
    latex=_ADAM_LATEX,
    trap="The first step is one learning rate long in each direction, however gentle the slope.",
    source="Kingma and Ba, 2015",
    keras_class="Adam",
    keras_learning_rate=0.001,
    rule=Adam,
    own=_ADAM,
    fixed={"amsgrad": False},
)

_AMSGRAD = Optimizer(
    key="amsgrad",
    title="AMSGrad",
    idea="Adam that never forgets the largest slope, so that its steps cannot grow again.",
    latex=(
        *_ADAM_LATEX[:2],
        r"h \leftarrow \max(h, v)",
        r"w \leftarrow w - \eta \, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \, \frac{m}{\sqrt{h} + \varepsilon}",
    ),
    trap="One steep moment early on slows it for the rest of the walk.",
    source="Reddi, Kale and Kumar, 2018",
    keras_class="Adam",
    keras_learning_rate=0.001,
    rule=Adam,
    own=_ADAM,
    fixed={"amsgrad": True},
)

_ADAMW = Optimizer(
    key="adamw",
    title="AdamW",
    idea="Adam, with every weight also pulled a little towards zero.",
    latex=(r"w \leftarrow w - \eta \lambda w", *_ADAM_LATEX),
    trap="The pull towards zero keeps it off the minimum for hundreds of steps after Adam is there.",
    source="Loshchilov and Hutter, 2019",
    keras_class="AdamW",
    keras_learning_rate=0.001,
    rule=Adam,
    own=(*_ADAM, switch("amsgrad", "AMSGrad", "Use the largest average square so far.")),
    defaults={"weight_decay": 0.004},
)

_ADAMAX = Optimizer(
    key="adamax",
    title="Adamax",
    idea="Adam that divides by the largest recent slope instead of an average.",
    latex=(
        _ADAM_LATEX[0],
        r"u \leftarrow \max(\beta_2 u, |g|)",
        r"w \leftarrow w - \frac{\eta}{1-\beta_1^t} \, \frac{m}{u + \varepsilon}",
    ),
    trap="A single steep moment shortens about 1/(1 − β₂) steps after it.",
    source="Kingma and Ba, 2015",
    keras_class="Adamax",
    keras_learning_rate=0.001,
    rule=Adamax,
    own=_ADAM,
)

_NADAM = Optimizer(
    key="nadam",
    title="Nadam",
    idea="Adam that looks ahead as Nesterov does.",
    latex=(
        *_ADAM_LATEX[:2],
        r"\mu_t = \beta_1\left(1 - \tfrac{1}{2}\, 0.96^t\right), \quad U_t = \mu_1 \cdots \mu_t",
        r"\hat m = \frac{\mu_{t+1} m}{1 - U_{t+1}} + \frac{(1-\mu_t)\, g}{1 - U_t}",
        r"w \leftarrow w - \eta \frac{\hat m}{\sqrt{v / (1-\beta_2^t)} + \varepsilon}",
    ),
    trap="Its momentum starts at about half of β₁ and takes dozens of steps to reach it.",
    source="Dozat, 2016",
    keras_class="Nadam",
    keras_learning_rate=0.001,
    rule=Nadam,
    own=_ADAM,
)

_LION = Optimizer(
    key="lion",
    title="Lion",
    idea="Go by the sign of the average slope alone: every step is equally long.",
    latex=(
        r"w \leftarrow w - \eta\, \mathrm{sign}\left(\beta_1 m + (1-\beta_1)\, g\right)",
        r"m \leftarrow \beta_2 m + (1-\beta_2)\, g",
    ),
    trap="It cannot take a small step: around a minimum it circles at the size of the learning rate.",
    source="Chen et al., 2023",
    keras_class="Lion",
    keras_learning_rate=0.001,
    rule=Lion,
    own=(
        share("beta_1", "β₁", 0.9, "How much of the average decides the direction.", minimum=1e-4),
        share("beta_2", "β₂", 0.99, "How much of the average is kept."),
    ),
)

_ADAFACTOR = Optimizer(
    key="adafactor",
    title="Adafactor",
    idea="Steps in proportion to the weights' own size, with a memory that grows with time.",
    latex=(
        r"v \leftarrow \beta_t v + (1-\beta_t)(g^2 + \varepsilon_1), \quad \beta_t = 1 - t^{-0.8}",
        r"u = \frac{g}{\sqrt{v}}, \quad \alpha = \max(\varepsilon_2, \mathrm{rms}(w)) \min\left(\eta, \tfrac{1}{\sqrt t}\right)",
        r"w \leftarrow w - \alpha \frac{u}{\max(1, \mathrm{rms}(u)/d)}",
    ),
    trap="The step depends on where zero is: the same valley moved away from the origin is walked faster.",
    source="Shazeer and Stern, 2018",
    keras_class="Adafactor",
    keras_learning_rate=0.001,
    rule=Adafactor,
    own=(
        Setting("beta_2_decay", "Decay of β₂", -0.8, -2.0, -0.01, "β₂ at step t is 1 − t to this power."),
        Setting("epsilon_1", "ε₁", 1e-30, 1e-35, 1.0, "Added to the squared gradient.", logarithmic=True),
        Setting(
            "epsilon_2", "ε₂", 1e-3, 1e-10, 10.0, "The smallest size a weight counts as.", logarithmic=True
        ),
        Setting(
            "clip_threshold",
            "Threshold d",
            1.0,
            1e-3,
            1e3,
            "How large a typical step may be.",
            logarithmic=True,
        ),
        switch(
            "relative_step", "Relative step", "Bound the rate by one over the root of time.", default=True
        ),
    ),
)

OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.key: optimizer
    for optimizer in (
        _SGD,
        _HEAVY_BALL,
        _NESTEROV,
        _ADAGRAD,
        _ADADELTA,
        _RMSPROP_PLAIN,
        _RMSPROP_CENTERED,
        _ADAM_PLAIN,
        _AMSGRAD,
        _ADAMW,
        _ADAMAX,
        _NADAM,
        _LION,
        _ADAFACTOR,
    )
}
"""Every optimizer by its key, with Keras's defaults (Adadelta excepted: its learning rate is the paper's 1)."""
