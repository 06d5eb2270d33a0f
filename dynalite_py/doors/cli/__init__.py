"""The command line: ``dynalite serve``, ``env``, ``check``, ``healthcheck`` and ``demo``."""
