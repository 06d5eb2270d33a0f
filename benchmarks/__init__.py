"""Measurements of dynalite_py beside what is possible here and beside its peers, in one run."""
