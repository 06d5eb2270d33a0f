"""The operations of the API, a module for each family: checks in the service's order."""
