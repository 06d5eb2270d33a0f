"""Faults on demand, so that the code that meets them is tested."""
