"""Camel Morph MSA's lexicon and affixes go in, the table of `mudawwana.arabic.analyser` comes out."""
