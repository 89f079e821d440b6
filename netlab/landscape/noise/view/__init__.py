"""What the landscape page shows of batches."""
