"""Code written for `commul/universal_dependencies` runs unchanged on our data set.

The client below uses what that data set documents and nothing of Mudawwana: `load_dataset`, its 14 columns, the
class labels of `upos`, its markers for `# sent_id` and `# text`. It is proved first on a row as that data set has.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets import ClassLabel, Dataset, Features, List, Value, load_dataset

from conftest import REPOSITORY

COLUMNS = ["id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc"]
_TEXT = Value("string")
# The data set's own description of itself.
FEATURES = Features(
    {
        "sent_id": _TEXT,
        "text": _TEXT,
        "comments": List(_TEXT),
        "tokens": List(_TEXT),
        "lemmas": List(_TEXT),
        "upos": List(
            ClassLabel(
                names=[
                    *("NOUN", "PUNCT", "ADP", "NUM", "SYM", "SCONJ", "ADJ", "PART", "DET"),
                    *("CCONJ", "PROPN", "PRON", "X", "_", "ADV", "INTJ", "VERB", "AUX"),
                ]
            )
        ),
        **{name: List(_TEXT) for name in ("xpos", "feats", "head", "deprel", "deps", "misc")},
        "mwt": List(dict.fromkeys(("id", "form", "feats", "misc"), _TEXT)),
        "empty_nodes": List(dict.fromkeys(COLUMNS, _TEXT)),
    }
)


def client_rebuild(row: Mapping[str, Any], upos: ClassLabel) -> str:
    """The row as CoNLL-U."""
    own = {"__SENT_ID__": f"sent_id = {row['sent_id']}", "__TEXT__": f"text = {row['text']}"}
    lines = [f"# {own.get(comment, comment)}" for comment in row["comments"]]
    ranges = {int(token["id"].split("-")[0]): token for token in row["mwt"]}
    nodes = [[node[column] or "_" for column in COLUMNS] for node in row["empty_nodes"]]
    for number in range(len(row["tokens"]) + 1):
        if number:
            if number in ranges:
                one = ranges[number]
                cells = [one["id"], one["form"], "_", "_", "_", one["feats"], "_", "_", "_", one["misc"]]
                lines.append("\t".join(cell or "_" for cell in cells))
            names = ("tokens", "lemmas", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
            form, lemma, label, *others = (row[name][number - 1] for name in names)
            lines.append(
                "\t".join([str(number), form, lemma, upos.int2str(label), *(one or "_" for one in others)])
            )
        lines += ["\t".join(node) for node in nodes if node[0].startswith(f"{number}.")]
    return "\n".join(lines) + "\n\n"


def client_count_labels(rows: Dataset) -> Counter[str]:
    names = rows.features["upos"].feature.names
    return Counter(names[label] for labels in rows["upos"] for label in labels)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


def test_the_client_reads_that_data_set() -> None:
    """A sentence as `commul/universal_dependencies` holds it: "and to me", with an empty node."""
    row = {
        "sent_id": "s1",
        "text": "ولي",
        "comments": ["newdoc id = d1", "__SENT_ID__", "__TEXT__", "text_en = and to me"],
        "tokens": ["و", "ل", "ي"],
        "lemmas": ["وَ", "لِ", "هُوَ"],
        "upos": [9, 2, 11],
        "xpos": [None, None, "PRP"],
        "feats": [None, None, "Person=1"],
        "head": ["3", "3", "0"],
        "deprel": ["cc", "case", "root"],
        "deps": [None, None, "0:root"],
        "misc": ["Gloss=and", None, None],
        "mwt": [{"id": "1-3", "form": "ولي", "feats": None, "misc": None}],
        "empty_nodes": [dict.fromkeys(COLUMNS) | {"id": "3.1", "form": "x", "deps": "3:dep"}],
    }
    rows = Dataset.from_list([row], features=FEATURES)
    lines = client_rebuild(rows[0], rows.features["upos"].feature).splitlines()
    assert lines[:5] == [
        "# newdoc id = d1",
        "# sent_id = s1",
        "# text = ولي",
        "# text_en = and to me",
        "1-3\tولي\t_\t_\t_\t_\t_\t_\t_\t_",
    ]
    assert lines[5] == "1\tو\tوَ\tCCONJ\t_\t_\t3\tcc\t_\tGloss=and"
    assert lines[-2:] == ["3.1\tx\t_\t_\t_\t_\t_\t_\t3:dep\t_", ""]
    assert client_count_labels(rows) == {"CCONJ": 1, "ADP": 1, "PRON": 1}


def test_the_client_reads_ours(tmp_path: Path) -> None:
    rows = load_dataset(str(REPOSITORY / "corpus"), split="train", cache_dir=str(tmp_path))
    own = rows.features
    assert {name: own[name] for name in list(own)[:14]} == dict(FEATURES)
    assert list(own)[:14] == list(FEATURES)
    rebuilt = "".join(client_rebuild(row, own["upos"].feature) for row in rows)
    [annotation] = (REPOSITORY / "annotations" / "auto").glob("*.conllu")
    assert rebuilt == annotation.read_text(encoding="utf-8")
    columns = [line.split("\t") for line in rebuilt.splitlines() if line[:1].isdigit()]
    assert client_count_labels(rows) == Counter(row[3] for row in columns if "-" not in row[0])
