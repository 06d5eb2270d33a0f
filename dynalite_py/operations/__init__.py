"""The operations of the API, a module for each family: request schema, checks in the service's order, handler."""
