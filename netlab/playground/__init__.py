"""Points in a plane, and small networks that learn to tell their classes apart."""
