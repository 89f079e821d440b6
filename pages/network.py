"""What does its landscape look like, and how much of it is this picture? A plane through a trained network."""

from netlab.app.frame import begin
from netlab.experiments.rewind.view.branches import origin_of
from netlab.experiments.view.subjects import words_of
from netlab.landscape.network.view.page import network
from netlab.training.view.session import job_queue

begin("Its landscape", "What does its landscape look like, and how much of it is this picture?")
job_queue()
network(words_of, origin_of)
