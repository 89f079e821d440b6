"""Dropout: masks, rescaling, the ensemble that it trains."""
