"""Facts of the script and of the language, in and out as strings: letters, spellings, lexicon, tags."""
