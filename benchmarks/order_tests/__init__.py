"""A suite of 200 tests of a small shop, which runs on whatever is measured."""
