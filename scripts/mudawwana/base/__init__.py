"""What flows through a corpus and where it lies: records, CoNLL-U, files on a disk or in a store, errors."""
