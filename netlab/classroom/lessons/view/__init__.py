"""A lesson on the page: the task for pupils, the list, and the place where one is made."""
