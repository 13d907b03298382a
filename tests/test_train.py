"""Stanza's five trainers, run for a few steps on a treebank written for the test: the road, not the accuracy."""

import json
from itertools import count
from pathlib import Path

import pytest
import torch

from mudawwana.annotate import annotate_documents
from mudawwana.errors import ModelError
from mudawwana.files import hash_file
from mudawwana.models import PROCESSORS, load_models
from mudawwana.records import Document, Paragraph
from mudawwana.training import train as training
from mudawwana.training.report import Provenance, score_models, write_cards

# form lemma upos head deprel space-after; "the president said that he would visit the city.", and two like it
SENTENCES = (
    "قال قَال VERB 0 root Y|الرئيس رَئِيس NOUN 1 nsubj Y|إن إِنَّ SCONJ 6 mark N|ه هُوَ PRON 6 nsubj Y|"
    "س سَ AUX 6 aux N|يزور زار VERB 1 ccomp Y|المدينة مَدِينَة NOUN 6 obj N|. . PUNCT 1 punct Y",
    "و وَ CCONJ 2 cc N|وصل وَصَل VERB 0 root Y|الوفد وَفد NOUN 2 nsubj Y|إلى إِلَى ADP 5 case Y|"
    "القاهرة القاهِرَة PROPN 2 obl N|, , PUNCT 7 punct Y|حسب حَسَبَ ADP 8 case Y|الوزارة وِزارَة NOUN 2 obl N|"
    ". . PUNCT 2 punct Y",
    "كتب كَتَب VERB 0 root N|ها هُوَ PRON 1 obj Y|ل لِ ADP 4 case N|صديق صَدِيق NOUN 1 obl N|ه هُوَ PRON 4 nmod N|"
    ". . PUNCT 1 punct Y",
)
RECIPE = {
    "tokenize": ("--max_seqlen", "300", "--steps", "4", "--eval_steps", "2"),
    "mwt": ("--num_epoch", "1", "--augment_apos", "0"),
    "pos": (*training.RECIPE["pos"], "--max_steps", "4", "--eval_interval", "2"),
    "lemma": ("--num_epoch", "1"),
    "depparse": (*training.RECIPE["depparse"], "--max_steps", "4", "--eval_interval", "2"),
}


@pytest.fixture
def treebank_path(tmp_path: Path) -> Path:
    numbers = count(1)
    path = tmp_path / "treebank.conllu"
    with path.open("w", encoding="utf-8") as file:
        for document in range(30):
            for sentence in SENTENCES:
                rows = sentence.split("|")
                text = "".join(row.split()[0] + " " * row.endswith("Y") for row in rows).strip()
                file.write(f"# newdoc id = d{document}\n# sent_id = s{next(numbers)}\n# text = {text}\n")
                for number, row in enumerate(rows, start=1):
                    form, lemma, upos, head, deprel, space = row.split()
                    misc = "_" if space == "Y" else "SpaceAfter=No"
                    columns = (str(number), form, lemma, upos, upos, "_", head, deprel, "_", misc)
                    file.write("\t".join(columns) + "\n")
                file.write("\n")
    return path


@pytest.mark.filterwarnings("ignore")  # Stanza's trainers and their schedulers warn
def test_five_models_are_trained_scored_and_described(
    treebank_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "models"
    rawtext_path = tmp_path / "text.txt"
    rawtext_path.write_text("زار الرئيس المدينة.\n\nكتب الوزير إلى صديقه.\n" * 20, encoding="utf-8")
    training.train_models(treebank_path, output, rawtext_paths=[rawtext_path], recipe=RECIPE)
    for name in (*PROCESSORS, "vectors"):
        checkpoint = torch.load(output / f"{name}.pt", weights_only=False)
        assert "float32" not in str({tensor.dtype for tensor in _iter_tensors(checkpoint)})

    table = score_models(output)
    assert json.loads((output / "scores.json").read_text(encoding="utf-8"))["dev"]["Tokens"] > 0
    assert "LAS" in table
    write_cards(output, Provenance(treebank_path, [rawtext_path], "CC BY-SA 4.0", ["the test's author"]), table)
    for name in (*PROCESSORS, "vectors"):
        assert "CC BY-SA" in (output / f"{name}.md").read_text(encoding="utf-8")

    models = load_models(str(output))
    document = Document("d", "قال الرئيس إنه سيزور المدينة.", "", "seeds/d.txt")
    [(_, sentences)] = annotate_documents([(document, [Paragraph("d-p1", 0, document.text)])], models)
    assert sentences

    # The same command again finds everything trained, and gives the same models.
    before = [hash_file(output / f"{processor}.pt") for processor in PROCESSORS]

    def fail(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr("stanza.models.tokenizer.main", fail)
    monkeypatch.setattr("stanza.models.parser.main", fail)
    training.train_models(treebank_path, output, rawtext_paths=[rawtext_path], recipe=RECIPE)
    assert [hash_file(output / f"{processor}.pt") for processor in PROCESSORS] == before


def test_a_treebank_of_one_document_cannot_be_split(tmp_path: Path) -> None:
    path = tmp_path / "one.conllu"
    path.write_text("# newdoc id = d\n1\tسلام\tسَلَام\tNOUN\t_\t_\t0\troot\t_\t_\n\n", encoding="utf-8")
    with pytest.raises(ModelError, match="after the split by document"):
        training.train_models(path, tmp_path / "models")


def _iter_tensors(value: object) -> list[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [tensor for child in children for tensor in _iter_tensors(child)]
