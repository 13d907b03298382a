"""Findings go in, pages and texts for people to read come out."""
