"""What `benchmarks/class.py` is made of: a crowd of simulated participants, and what they cost the server."""
