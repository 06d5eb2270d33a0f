"""The shell: PartiQL by hand, on a file or on any DynamoDB endpoint."""
