"""What tests of other programs get: stores that begin as a template, asserts, a server."""
