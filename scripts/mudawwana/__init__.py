"""Mudawwana: from raw Arabic text to a valid, searchable Universal Dependencies data set."""

from importlib.metadata import version

__version__ = version("mudawwana")
