"""Lessons as links: a task, controls that are set for it, and a goal that is checked on a run."""
