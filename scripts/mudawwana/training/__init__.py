"""A treebank and raw text go in, Stanza models come out."""
