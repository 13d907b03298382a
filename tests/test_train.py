"""Stanza's five trainers, run for a few steps on a treebank written for the test: the road, not the accuracy."""

import json
import logging
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
from stanza.models.lemma.trainer import Trainer as LemmaTrainer

from mudawwana.annotate.agreement import WEIGHTS, read_weights
from mudawwana.annotate.annotator import annotate_documents
from mudawwana.annotate.models import PROCESSORS, get_embedded_dir, load_models
from mudawwana.annotate.tokenize import SETTLES_CLITICS, tokenize_texts
from mudawwana.arabic.lexicon import read_lexicon
from mudawwana.arabic.script import normalise
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import ModelError
from mudawwana.base.files import hash_file
from mudawwana.base.records import Document, Paragraph, Sentence, Word
from mudawwana.seeds.settings import EMBEDDED
from mudawwana.training import averaging, jackknife
from mudawwana.training import train as training
from mudawwana.training.clitic_tokens import vocalise_alef
from mudawwana.training.clitics import CONJUNCTIONS, PROCLITICS, PRONOUNS, read_clitic_readings
from mudawwana.training.curves import Curve, draw_curves, parse_log, recorded_log
from mudawwana.training.folds import number_folds
from mudawwana.training.inflections import make_inflections
from mudawwana.training.lexicon_words import list_known_names, make_lexicon_sentences, make_name_sentences
from mudawwana.training.rawtext import expand_tokens
from mudawwana.training.recipes import COMPACT, PLAIN, Recipe
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
RECIPE = Recipe(
    {
        "tokenize": ("--max_seqlen", "300", "--steps", "4", "--eval_steps", "2"),
        "mwt": ("--num_epoch", "1", "--augment_apos", "0"),
        "pos": (*COMPACT.options["pos"], "--max_steps", "4", "--eval_interval", "2"),
        "lemma": ("--num_epoch", "1"),
        "depparse": (*COMPACT.options["depparse"], "--max_steps", "4", "--eval_interval", "2"),
    },
    jackknife_options=("--max_steps", "2"),
    fold_parser_options=("--max_steps", "2"),
)


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
    (tmp_path / "tokenize.pt").touch()
    monkeypatch.chdir(tmp_path)  # what lies in the current folder is no business of the training
    output = tmp_path / "models"
    rawtext_path = tmp_path / "text.txt"
    rawtext_path.write_text("زار الرئيس المدينة.\n\nكتب الوزير إلى صديقه.\n" * 300, encoding="utf-8")
    training.train_models(treebank_path, output, rawtext_paths=[rawtext_path], recipe=RECIPE)
    for name in (*PROCESSORS, "vectors"):
        checkpoint = torch.load(output / f"{name}.pt", weights_only=False)
        assert "float32" not in str({tensor.dtype for tensor in _iter_tensors(checkpoint)})

    known_names = json.loads((output / "work" / "names.json").read_text(encoding="utf-8"))
    assert known_names
    assert known_names.items() <= LemmaTrainer(model_file=str(output / "lemma.pt")).pos_dict["PROPN"].items()

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
    assert models.scorer
    assert models.scorer.weights == read_weights(output / WEIGHTS) != {}
    assert all("FeatsProb=" in word.misc for sentence in sentences for word in sentence.words)

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


def test_what_the_recipe_leaves_out_is_not_trained_on(treebank_path: Path, tmp_path: Path) -> None:
    train, dev = training.split_by_document(training.prepare_treebank(read_conllu(treebank_path)))
    assert train and dev
    training.train_models(treebank_path, tmp_path / "bare", recipe=PLAIN)
    training.train_models(treebank_path, tmp_path / "full", recipe=Recipe({}))
    for name in ("train", "lemma"):
        sizes = [len(list(read_conllu(tmp_path / run / "work" / f"{name}.conllu"))) for run in ("bare", "full")]
        assert sizes[0] == len(train) < sizes[1], name


def test_the_dictionary_says_what_is_a_multiword_token() -> None:
    models = load_models(EMBEDDED)
    trainer = models.pipeline.processors["mwt"].trainer
    trainer.args[SETTLES_CLITICS] = True
    text = normalise("وصل الوفد إلى المدينة.")  # "the delegation arrived in the city"; وصل might be "and pray"
    for words in ("وصل", "و صل"):
        trainer.expansion_dict["وصل"] = words
        [document] = tokenize_texts(models.pipeline, [text])
        first = document.sentences[0].tokens[0]
        assert ("MWT=Yes" in (first.misc or "")) is (" " in words)


def test_rare_tokens_stand_in_the_dictionary_where_they_are_read_otherwise_without_it(tmp_path: Path) -> None:
    for name in ("tokenize.pt", "mwt.pt", "resources.json"):
        shutil.copyfile(get_embedded_dir() / name, tmp_path / name)
    # Made-up words that begin with ب; "his books" is read so anyway.
    readings = {"بستركلون": "بستركلون", "ببستركلون": "ب بستركلون", "كتبه": "كتب ه"}
    read = expand_tokens(tmp_path, list(readings))
    turned = {token: token if words != token else f"ب {token[1:]}" for token, words in read.items()}
    for name, content in (("dictionary", {"كتبه": "كتب ه"}), ("rare", turned | {"كتبه": "كتبه"})):
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    training._settle_clitics(tmp_path)
    assert expand_tokens(tmp_path, list(readings)) == turned | {"كتبه": "كتب ه"}
    known = torch.load(tmp_path / "mwt.pt", weights_only=False)["dict"]
    assert known.items() >= {"بستركلون": turned["بستركلون"], "كتبه": "كتب ه"}.items()


def test_inflections_are_of_attested_lemmas_and_never_of_attested_forms() -> None:
    words = (
        Word(1, "كتاب", "كِتَاب", "NOUN", "_", "_", "0", "root", "_", "_"),
        Word(2, "الجديد", "جَدِيد", "ADJ", "_", "_", "1", "amod", "_", "_"),
        Word(3, "اتخذ", "اِتَّخَذ", "VERB", "_", "_", "1", "acl", "_", "_"),
        Word(4, "يتخذ", "اِتَّخَذ", "VERB", "_", "_", "1", "acl", "_", "_"),
    )
    made = {
        (sentence.words[0].form, sentence.words[0].upos): sentence.words[0].lemma
        for sentence in make_inflections([Sentence((), words, ())])
    }
    assert made["الكتاب", "NOUN"] == "كِتَاب"
    assert made["الجديدة", "ADJ"] == made["جديد", "ADJ"] == "جَدِيد"
    assert made["تتخذ", "VERB"] == made["يتخذون", "VERB"] == made["اتخذت", "VERB"] == "اِتَّخَذ"
    assert not {(word.form, word.upos) for word in words} & set(made)


def test_the_averaged_weights_are_what_is_saved_and_predicts(tmp_path: Path) -> None:
    class Trainer:
        def __init__(self) -> None:
            self.model = torch.nn.Linear(1, 1, bias=False)
            torch.nn.init.zeros_(self.model.weight)

        def update(self) -> None:
            self.model.weight.data += 1

        def predict(self) -> float:
            return self.model.weight.item()

        save = predict

    with (
        patch.object(averaging, "TaggerTrainer", Trainer),
        averaging.averaged_weights(),
    ):
        trainer = Trainer()
        for _ in range(10):
            trainer.update()
        assert 0 < trainer.predict() < 10
        assert trainer.save() == trainer.predict()
        assert trainer.model.weight.item() == 10  # training goes on from the weights themselves
    assert trainer.predict() == 10


def test_curves_are_drawn_from_what_stanza_logs(tmp_path: Path) -> None:
    with recorded_log(tmp_path / "log"):
        logging.getLogger("stanza").info("Step     20/  2000 Loss: 0.500")
        logging.getLogger("stanza").info("Dev score: 98.500\tNew best dev score!")
        logging.getLogger("stanza").info("step 100: train_loss = 0.250000, dev_score = 0.9900")
    curve = parse_log((tmp_path / "log").read_text(encoding="utf-8"))
    assert curve == Curve(((20, 0.5), (100, 0.25)), ((20, 98.5), (100, 99.0)))
    for name in ("a.svg", "b.svg"):
        draw_curves({"pos": curve}, tmp_path / name)
    assert "F1 on dev" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_the_lexicon_gives_what_the_treebank_lacks(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text("قلب\tNOUN.ms قَلب\tVERB قَلَب\nكبيرة\tADJ كَبِير\n", encoding="utf-8")
    sentences = make_lexicon_sentences(read_lexicon(path), attested={("قلب", "NOUN")})
    words = [(word.form, word.upos, word.lemma) for sentence in sentences for word in sentence.words]
    assert words == [
        ("القلب", "NOUN", "قَلب"),
        ("قلب", "VERB", "قَلَب"),
        ("كبيرة", "ADJ", "كَبِير"),
        ("الكبيرة", "ADJ", "كَبِير"),
    ]


def test_foreign_names_are_learnt_without_vowels_and_known_ones_stand_in_the_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    # A foreign name, an Arabic one, a foreign one without vowel signs, and a common noun.
    path.write_text(
        "برلين\tPROPN برلِين\nعمر\tPROPN عُمَر\nداكار\tPROPN داكار\nفيلم\tNOUN.ms فِيلم\n", encoding="utf-8"
    )
    entries = read_lexicon(path)
    sentences = make_lexicon_sentences(entries, attested=())
    words = {word.form: word.lemma for sentence in sentences for word in sentence.words}
    assert [words[form] for form in ("برلين", "عمر", "داكار", "فيلم")] == ["برلين", "عُمَر", "داكار", "فِيلم"]
    assert list_known_names(entries, attested={("البرلين", "PROPN")}) == {"برلين": "برلِين"}


def test_the_words_of_names_are_spelt_as_names(tmp_path: Path) -> None:
    rows = [
        ("وزارة", "NOUN", "وِزَارَة"),
        ("الدفاع", "NOUN", "دِفَاع"),
        ("الدفاع", "PROPN", "دِفاع"),
        ("قلب", "NOUN", "قَلب"),
    ]
    words = tuple(
        Word(number, form, lemma, upos, "_", "_", "0", "root", "_", "_")
        for number, (form, upos, lemma) in enumerate(rows, start=1)
    )
    [name] = make_name_sentences([Sentence((), words, ())])
    assert [(word.form, word.upos, word.lemma) for word in name.words] == [("وزارة", "PROPN", "وِزارَة")]


@pytest.mark.parametrize("reading", ["NOUN", "NOUN.xy قَلب", "NOUN heart", "Noun قَلب", "قَلب"])
def test_a_reading_of_the_lexicon_that_is_none_is_refused(reading: str, tmp_path: Path) -> None:
    path = tmp_path / "lexicon.tsv"
    path.write_text(f"يد\tNOUN يَد\nقلب\t{reading}\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"lexicon\.tsv:2: .* is no reading of 'قلب'"):
        read_lexicon(path)


def test_the_lexicon_spells_lemmas_as_the_guidelines_say() -> None:
    entries = read_lexicon()
    assert len(entries) > 18_000
    for entry in entries:
        assert "\u0652" not in entry.lemma, entry  # no sukun
        if entry.upos in {"NOUN", "ADJ", "VERB"}:
            assert entry.lemma[-1] not in "\u064b\u064c\u064d\u064e\u064f\u0650", entry
            assert vocalise_alef(entry.lemma) == entry.lemma, entry


def test_the_words_of_a_clitic_reading_spell_its_token() -> None:
    readings = read_clitic_readings()
    assert len(readings) > 400
    for token, words in readings.items():
        stems = [word for word in words.split() if word not in {*CONJUNCTIONS, *PROCLITICS, *PRONOUNS}]
        assert len(stems) <= 2, (token, words)
        assert len(token) - 1 <= len(words.replace(" ", "")) <= len(token) + 2, (token, words)


@pytest.mark.parametrize("documents", [20, 3], ids=["five folds", "two folds, the others empty"])
def test_the_parser_learns_from_tags_of_taggers_that_have_not_seen_the_sentence(
    documents: int, tmp_path: Path
) -> None:
    sentences = [
        Sentence(
            (f"# newdoc id = d{number}", f"# sent_id = s{number}"),
            (Word(1, "يد", "يَد", "NOUN", "NN", "_", "0", "root", "_", "_"),),
            (),
        )
        for number in range(documents)
    ]
    for name in ("train", "dev"):
        write_conllu(tmp_path / f"{name}.conllu", sentences)
    seen: list[set[str]] = []

    def train_tagger(fold_dir: Path) -> None:
        seen.append({one.sent_id for one in read_conllu(fold_dir / "train.conllu")})
        assert (fold_dir / "dev.conllu").read_bytes() == (tmp_path / "dev.conllu").read_bytes()

    def tag(fold_dir: Path, held_out: list[Sentence], *, vectors: Path | None, device: str) -> list[Sentence]:
        assert held_out and device == "cpu" and vectors == tmp_path / "vectors.pt"
        assert not seen[-1] & {one.sent_id for one in held_out}
        return [
            replace(one, words=tuple(replace(word, upos="VERB", feats=fold_dir.name) for word in one.words))
            for one in held_out
        ]

    with patch.object(jackknife, "tag_sentences", tag):
        jackknife.write_jackknifed(
            tmp_path, vectors=tmp_path / "vectors.pt", train_tagger=train_tagger, device="cpu"
        )
    tagged = list(read_conllu(tmp_path / "jackknifed.conllu"))
    assert [one.sent_id for one in tagged] == [one.sent_id for one in sentences]
    assert [one.words[0].feats for one in tagged] == [f"fold-{fold}" for fold in number_folds(sentences)]
    assert set().union(*seen) == {one.sent_id for one in sentences}
