"""ODK's own engines as referees of ours (see ``referees.py``)."""
