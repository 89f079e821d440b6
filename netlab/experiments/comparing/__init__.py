"""Runs that differ in one thing: a twin, repetitions over seeds, a sweep."""
