"""What `benchmarks/page.py` is made of: servers started as people start them, and a browser that is watched."""
