"""The library door: a store in this process, by boto3's names or by plain Python values."""
