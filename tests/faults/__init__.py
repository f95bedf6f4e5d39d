"""What goes wrong in a real class, made to happen to real processes."""
