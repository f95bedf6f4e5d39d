"""A small Jupyter kernel for the served pages: one thread, one loop, and nothing that a page does not need.

It runs cells in an IPython shell and speaks Jupyter's messages, as ipykernel does; without its five threads,
debugger, history and command line, which are 20 MB and 60 ms in each of a hundred kernels. It can be made ready
in a warm parent and go to work after a fork.
"""
