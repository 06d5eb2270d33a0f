"""What runs unasked, because the clock or a job says so."""
