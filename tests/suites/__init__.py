"""Test suites of other projects, run against a Pilji server."""
