"""How much a second: capacity units of reads and writes."""
