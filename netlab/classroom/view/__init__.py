"""The pages of a class: the teacher's, the board, the way in, and what stands in the place of a hidden page."""
