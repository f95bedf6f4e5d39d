"""Malformed requests and messages in great number against a real server; see ``python -m tests.fuzz --help``."""
