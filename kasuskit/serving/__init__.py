"""The participants' server: a Voila of our own with few doors, a lean page, and kernels that are ready."""
