"""A lab report: one file that says what was asked, done and seen."""
