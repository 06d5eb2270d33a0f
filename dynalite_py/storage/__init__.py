"""The file: SQL, transactions, tables of items and indexes, and the one writer."""
