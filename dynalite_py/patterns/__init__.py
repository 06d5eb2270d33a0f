"""Patterns of DynamoDB, over any client of boto3's shapes: this store's, boto3's own.

Nothing here is loaded with ``import dynalite_py``; each module is imported by who wants it.
"""
