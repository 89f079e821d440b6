"""Near a point a surface is a bowl: what its two curvatures say of a walk."""
