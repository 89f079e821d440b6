"""A guided tour over the pages: a step is done when its reader has done it."""
