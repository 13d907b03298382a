"""The files of `seeds/` go in, with what corpus.toml and documents.csv say of them; documents come out."""
