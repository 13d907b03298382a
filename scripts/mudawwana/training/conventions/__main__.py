"""`python -m mudawwana.training.conventions TREEBANK OUT`: prepares and converts, and prints a rule a line."""

import argparse
from collections import Counter
from pathlib import Path

from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.training.conventions import convert_treebank
from mudawwana.training.prepare import prepare_treebank


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mudawwana.training.conventions", description=__doc__)
    parser.add_argument("treebank", type=Path, help="a file in UD_Arabic-PUD's style")
    parser.add_argument("out", type=Path, help="where the converted treebank is written")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    write_conllu(arguments.out, convert_treebank(prepare_treebank(read_conllu(arguments.treebank)), counts))
    for rule, count in sorted(counts.items()):
        print(f"{rule}\t{count}")


if __name__ == "__main__":
    main()
