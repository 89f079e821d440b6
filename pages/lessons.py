"""What is there to find out today? Twelve lessons, and any other that a file brings."""

from netlab.app.frame import begin
from netlab.classroom.lessons.view.listed import from_file, listed

begin("Lessons", "What is there to find out today?")
listed()
from_file()
