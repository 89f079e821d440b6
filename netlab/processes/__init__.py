"""Children of this process, and the limits of the machine."""
