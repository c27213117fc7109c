"""Data and networks for a learned motion model: see ``README.md`` beside this file."""
