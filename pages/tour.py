"""Where do I begin? A guided tour: what to do, step by step, and what of it is done."""

from netlab.app.frame import begin
from netlab.classroom.tour.view import tour_page

begin("Guided tour", "Where do I begin? Eighteen steps, each done with your own hands.")
tour_page()
