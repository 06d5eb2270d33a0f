"""DAX: caches of items and of pages before a table, with the service's staleness."""
