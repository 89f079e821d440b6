"""What may the others call you here? The way into a class."""

from netlab.app.frame import begin
from netlab.classroom.view.join import join

begin("Welcome", "What shall we call you here?")
join()
