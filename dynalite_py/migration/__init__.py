"""Moving tables between stores, accounts and regions, over any clients of boto3's shapes."""
