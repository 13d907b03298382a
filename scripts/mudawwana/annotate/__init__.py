"""Documents go in, sentences of Universal Dependencies come out, by Stanza's pipeline."""
