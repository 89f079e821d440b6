"""What is asked of runs that are over, or under way: which is better, when it learnt what, what it looks at."""
