"""Annotation files and their documents go in, incidents come out."""
