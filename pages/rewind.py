"""When did it learn that? A run moment by moment, and a new one from any of them."""

from netlab.app.frame import begin
from netlab.experiments.rewind.view.page import rewind
from netlab.training.view.session import job_queue

begin("Rewind", "When did it learn that? Move through the moments of a training.")
job_queue()
rewind()
