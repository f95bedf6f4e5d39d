"""The commands that have much to say; ``kasuskit.cli`` puts them together."""
