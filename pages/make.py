"""What shall they find out? Set a network, lock what is not to be touched, write a task and a goal."""

from netlab.app.frame import begin
from netlab.classroom.lessons.view.make import make_lesson

begin("Make a lesson", "What shall they find out?")
make_lesson()
