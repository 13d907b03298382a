"""Dependency distance with pandas: how far, in words, each word stands from its head.

    pip install pandas pyarrow
    python scripts/recipes/dependency_distance.py --data corpus

The mean dependency distance (Liu 2008) leaves out roots and punctuation. Distances count syntactic words: the
clitics of one token are a word each.
"""

import argparse
import json
from pathlib import Path

import pandas as pd


def read_words(data_dir: Path) -> pd.DataFrame:
    """The words with a head, without punctuation, of the automatic layer, with `distance` = head - word.

    A positive distance: the head stands behind the word.
    """
    columns = ["sent_id", "layer", "word_id", "upos", "head", "deprel"]
    files = sorted((data_dir / "data" / "tokens").glob("*.parquet"))
    if not files:
        raise SystemExit(f"{data_dir}: no data/tokens/*.parquet there; build it with `mudawwana build`.")
    words = pd.concat([pd.read_parquet(path, columns=columns) for path in files])
    words = words[(words["layer"] == "auto") & (words["head"] > 0) & (words["upos"] != "PUNCT")]
    return words.assign(distance=words["head"] - words["word_id"])


def summarise(words: pd.DataFrame) -> dict[str, object]:
    """Means over all words, over sentences, and by relation (those with ten words or more)."""
    lengths = words["distance"].abs()
    relations = (
        words.assign(length=lengths)
        .groupby("deprel")
        .agg(
            count=("length", "size"),
            mean_distance=("length", "mean"),
            head_first=("distance", lambda values: (values < 0).mean()),
        )
    )
    frequent = relations[relations["count"] >= 10].sort_values(["count", "mean_distance"], ascending=False)
    return {
        "words": len(words),
        "mean_distance": round(float(lengths.mean()), 3),
        "mean_of_sentence_means": round(float(lengths.groupby(words["sent_id"]).mean().mean()), 3),
        "adjacent": round(float((lengths == 1).mean()), 3),
        "head_first": round(float((words["distance"] < 0).mean()), 3),
        "relations": frequent.round(3).reset_index().to_dict("records"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("corpus"), help="a data set that Mudawwana built")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    summary = summarise(read_words(arguments.data))
    if arguments.json:
        print(json.dumps(summary, ensure_ascii=False, indent=1))
        return
    relations = pd.DataFrame(summary.pop("relations"))
    for name, value in summary.items():
        print(f"{name:24}{value}")
    print(relations.to_string(index=False))


if __name__ == "__main__":
    main()
