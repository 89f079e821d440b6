"""Ratios against a peer, measured in one run; machines differ, ratios last."""
