"""A UD treebank -> the five Stanza models of a pipeline, by Stanza's own trainers, without a network.

    prepare -> split by document -> normalise, augment -> train each processor (the parser on tags of taggers that
    have not seen the sentence) -> halve the weights -> score

Every stage leaves its files in `<output>/work/`; a trained model is kept as long as its data and settings stay
the same, so a training that was stopped goes on with the processor at which it stopped.
"""

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import torch

from mudawwana.annotate.models import VECTORS
from mudawwana.annotate.tokenize import SETTLES_CLITICS
from mudawwana.arabic.lexicon import read_lexicon
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.errors import ModelError
from mudawwana.base.files import hash_file, replace_atomically, write_text_atomically
from mudawwana.base.records import Sentence
from mudawwana.training.agreement import write_reading_weights
from mudawwana.training.augment import augment_sentences
from mudawwana.training.averaging import averaged_weights
from mudawwana.training.clitics import (
    READINGS_PATH,
    count_types,
    list_function_words,
    read_clitic_readings,
    train_clitic_model,
)
from mudawwana.training.curves import recorded_log
from mudawwana.training.edits import normalise_sentence
from mudawwana.training.faster import faster_training
from mudawwana.training.inflections import make_inflections
from mudawwana.training.jackknife import write_jackknifed
from mudawwana.training.lexicon_words import list_known_names, make_lexicon_sentences, make_name_sentences
from mudawwana.training.paradigms import vary_paradigms
from mudawwana.training.prepare import prepare_treebank
from mudawwana.training.rawtext import (
    expand_tokens,
    get_expansions,
    make_dictionary,
    make_token_sentences,
    read_paragraphs,
    segment_text,
)
from mudawwana.training.recipes import COMPACT, Recipe
from mudawwana.training.vectors import DIMENSIONS, EPOCHS, TYPES, train_vectors

SEED = 20260101
SHORTHAND = "ar_mudawwana"
DEV_SHARE = 10
"""One document in ten, by hash of its id, is dev; it never depends on the order or number of documents."""

DICTIONARY_COUNT = 5
"""What occurs so often in the raw text stands in the expander's dictionary, with its words by the clitic model."""
RARE_CERTAINTY = 0.6
"""What is rarer stands there, too, where tokenizer and expander read it otherwise, if the model is so certain. In
five folds (860 tokens outside the dictionary) those read 89.5 % right, the model 95.0 %."""
SILVER_TOKENS = 20_000
"""So many multi-word tokens of the dictionary, the most frequent, join the training of the expander's network."""

_COMMON = ("--shorthand", SHORTHAND, "--mode", "train", "--seed", str(SEED))

logger = logging.getLogger("mudawwana")


def find_device_problem(device: str) -> str:
    """Why torch cannot compute there, "" if it can."""
    try:
        torch.empty(0, device=device)
    except (AssertionError, RuntimeError) as error:
        return f"torch cannot compute on {device!r} here ({str(error).splitlines()[0]}); cpu is always there."
    return ""


def train_models(
    treebank_path: Path,
    output_dir: Path,
    *,
    rawtext_paths: Sequence[Path] = (),
    recipe: Recipe = COMPACT,
    shared_dir: Path | None = None,
    device: str = "cpu",
) -> None:
    """Trains the five processors on the treebank; `<output>/<processor>.pt` has them in half precision.

    With raw texts (a paragraph a line, plain or .xz) the expander's dictionary says of their frequent types, too,
    which clitics they hold, and the tagger and the parser get word vectors trained on them, or those in
    `shared_dir`, the `work` folder of another training. `device` is torch's name of it.

    Raises ModelError where the treebank has no document for one side of the split.
    """
    work_dir = output_dir / "work"
    train, dev = split_by_document(prepare_treebank(read_conllu(treebank_path)))
    if not train or not dev:
        raise ModelError(
            f"{treebank_path}: {len(train)} training and {len(dev)} dev sentences after the split by document; "
            "both are needed: give a treebank with `# newdoc id` comments and at least a few dozen documents."
        )
    _write_treebank_data(work_dir, train, dev, recipe=recipe)
    _write_dictionary(work_dir, train, rawtext_paths, recipe=recipe, is_segmented=shared_dir is None)
    _write_lemma_data(work_dir, train, recipe=recipe)
    for folder in (output_dir, work_dir):  # Stanza loads no models without it
        write_text_atomically(folder / "resources.json", ["{}\n"])
    vectors = work_dir / VECTORS if recipe.has_vectors and rawtext_paths else None
    for processor in recipe.options:
        if processor == "pos" and vectors:
            _write_vectors(vectors, shared_dir)
            halve_weights(vectors, output_dir / VECTORS)
        if processor == "depparse" and recipe.jackknife_options:
            _write_jackknifed(work_dir, recipe, vectors=vectors, device=device)
        _train_processor(processor, work_dir, recipe, vectors=vectors, device=device)
        halve_weights(work_dir / f"{processor}.pt", output_dir / f"{processor}.pt")
    if recipe.jackknife_options and "depparse" in recipe.options:
        options = {**recipe.options, "depparse": (*recipe.options["depparse"], *recipe.fold_parser_options)}
        fold_recipe = replace(recipe, options=options)
        write_reading_weights(
            work_dir,
            output_dir,
            train_parser=lambda fold: _train_processor(
                "depparse", fold, fold_recipe, vectors=vectors, device=device
            ),
        )


def split_by_document(sentences: Iterable[Sentence]) -> tuple[list[Sentence], list[Sentence]]:
    """(train, dev): a document is dev where SHA-256 of its id, as a number, is divisible by `DEV_SHARE`.

    The document of a sentence is the last `# newdoc id` at or before it.
    """
    train: list[Sentence] = []
    dev: list[Sentence] = []
    doc_id = ""
    for sentence in sentences:
        doc_id = sentence.get_comment("newdoc id") or doc_id
        digest = hashlib.sha256(doc_id.encode()).hexdigest()
        (dev if int(digest, 16) % DEV_SHARE == 0 else train).append(sentence)
    return train, dev


def halve_weights(source: Path, target: Path) -> None:
    """Writes the checkpoint with its float32 tensors in float16; Stanza's modules load them as they are."""
    checkpoint = torch.load(source, map_location="cpu", weights_only=False)
    with replace_atomically(target) as temporary:
        torch.save(_halve(checkpoint), temporary)


def _halve(value: object) -> object:
    if isinstance(value, torch.Tensor):
        return value.half() if value.dtype == torch.float32 else value
    if isinstance(value, dict):
        return type(value)((key, _halve(item)) for key, item in value.items())
    if isinstance(value, list | tuple):
        return type(value)(_halve(item) for item in value)
    return value


def _write_treebank_data(
    work_dir: Path, train: Sequence[Sentence], dev: Sequence[Sentence], *, recipe: Recipe
) -> None:
    """The files that Stanza's trainers read; `gold-dev.conllu` keeps the dev sentences as they are written."""
    write_conllu(work_dir / "gold-dev.conllu", dev)
    train = [normalise_sentence(sentence) for sentence in train]
    augmented = [*train]
    if recipe.has_variants:
        augmented += [*augment_sentences(train, seed=SEED), *vary_paradigms(train, seed=SEED)]
    write_conllu(work_dir / "train.conllu", augmented)
    _write_tokenizer_data(work_dir, "dev", [normalise_sentence(sentence) for sentence in dev])
    _write_tokenizer_data(work_dir, "tokenize", augmented)


def _write_dictionary(
    work_dir: Path,
    train: Sequence[Sentence],
    rawtext_paths: Sequence[Path],
    *,
    recipe: Recipe,
    is_segmented: bool,
) -> None:
    """What the raw text says of clitics: the expander's dictionary and training data, the segmented text."""
    facts = [hash_file(path) for path in (work_dir / "train.conllu", READINGS_PATH, *rawtext_paths)]
    settings = [DICTIONARY_COUNT, RARE_CERTAINTY, SILVER_TOKENS, recipe.has_dictionary, is_segmented]
    with _unless_done(work_dir / "dictionary", [*facts, *settings]) as is_needed:
        if not is_needed:
            return
        augmented = list(read_conllu(work_dir / "train.conllu"))
        dictionary: dict[str, str] = {}
        rare: dict[str, str] = {}
        tokens: list[Sentence] = []
        if rawtext_paths:
            types = count_types(read_paragraphs(rawtext_paths))
            model = train_clitic_model(map(normalise_sentence, train), types, seed=SEED)
            if is_segmented:
                segment_text(rawtext_paths, model, work_dir / "segmented.txt")
            if recipe.has_dictionary:
                dictionary = make_dictionary(model, types, range(DICTIONARY_COUNT, types.total() + 1))
                rare = make_dictionary(model, types, range(DICTIONARY_COUNT), certainty=RARE_CERTAINTY)
                dictionary |= read_clitic_readings() | list_function_words() | get_expansions(augmented)
            tokens = list(make_token_sentences(dictionary, types, count=SILVER_TOKENS))
        for name, readings in (("dictionary", dictionary), ("rare", rare)):
            write_text_atomically(work_dir / f"{name}.json", [json.dumps(readings, ensure_ascii=False)])
        # The treebank's own twice, so that silver does not outweigh it.
        write_conllu(work_dir / "mwt.conllu", [*augmented, *augmented, *tokens])


def _write_lemma_data(work_dir: Path, train: Sequence[Sentence], *, recipe: Recipe) -> None:
    """The treebank, the lexicon, and the regular forms of both that the raw text has."""
    train = [normalise_sentence(sentence) for sentence in train]
    attested = {(word.form, word.upos) for sentence in train for word in sentence.words}
    entries = read_lexicon() if recipe.has_lexicon else []
    lexicon = list(make_lexicon_sentences(entries, attested=attested))
    dictionary = json.loads((work_dir / "dictionary.json").read_text(encoding="utf-8"))
    forms = {form for words in dictionary.values() for form in words.split()}
    inflections = list(make_inflections([*train, *lexicon], forms=forms)) if recipe.has_inflections else []
    made = [*lexicon, *inflections]
    names = make_name_sentences([*train, *made]) if recipe.has_lexicon else ()
    write_conllu(work_dir / "lemma.conllu", [*read_conllu(work_dir / "train.conllu"), *made, *names])
    known_names = list_known_names(entries, attested=attested)
    write_text_atomically(work_dir / "names.json", [json.dumps(known_names, ensure_ascii=False)])


def _settle_clitics(work_dir: Path) -> None:
    """Puts the dictionary into the expander's checkpoint, and the rare tokens that the networks read otherwise."""
    dictionary, rare = (
        json.loads((work_dir / f"{name}.json").read_text(encoding="utf-8")) for name in ("dictionary", "rare")
    )
    tokens = [token for token in rare if token not in dictionary]
    read = expand_tokens(work_dir, tokens) if tokens else {}
    dictionary |= {token: rare[token] for token in tokens if read[token] != rare[token]}
    path = work_dir / "mwt.pt"
    checkpoint = torch.load(path, map_location="cpu", weights_only=False)
    # One string, not two, where a token is one word: the file is a third smaller.
    checkpoint["dict"] |= {token: token if words == token else words for token, words in dictionary.items()}
    checkpoint["config"][SETTLES_CLITICS] = bool(dictionary)
    with replace_atomically(path) as temporary:
        torch.save(checkpoint, temporary)


def _settle_names(work_dir: Path) -> None:
    """Puts the known foreign names into the lemmatizer's dictionary; its sequence model has not learnt them."""
    from stanza.models.lemma.trainer import Trainer

    path = work_dir / "lemma.pt"
    trainer = Trainer(model_file=str(path), device="cpu")
    trainer.pos_dict.setdefault("PROPN", {}).update(json.loads((work_dir / "names.json").read_text("utf-8")))
    with replace_atomically(path) as temporary:
        trainer.save(str(temporary))


_SETTLED: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "mwt": (_settle_clitics, ("dictionary.json", "rare.json", "tokenize.pt")),
    "lemma": (_settle_names, ("names.json",)),
}
"""What is added to a trained processor, and the files that it is made of."""


def _write_tokenizer_data(work_dir: Path, name: str, sentences: Sequence[Sentence]) -> None:
    from stanza.utils.datasets import prepare_tokenizer_data

    write_conllu(work_dir / f"{name}.conllu", sentences)
    write_text_atomically(work_dir / f"{name}.txt", _spell_paragraphs(sentences))
    prepare_tokenizer_data.main(
        [
            *(str(work_dir / f"{name}.txt"), str(work_dir / f"{name}.conllu")),
            *("-o", str(work_dir / f"{name}.toklabels"), "-m", str(work_dir / f"{name}-mwt.json")),
        ]
    )


def _spell_paragraphs(sentences: Sequence[Sentence]) -> Iterable[str]:
    """The sentences' text, one to four a paragraph, so that sentence ends inside paragraphs are learnt too.

    A sentence without a final mark ends its paragraph, as headlines do.
    """
    random = Random(SEED)  # noqa: S311 - no secret, but a repeatable choice
    room = random.randint(1, 4)
    for index, sentence in enumerate(sentences):
        room -= 1
        is_last = room == 0 or sentence.words[-1].upos != "PUNCT" or index + 1 == len(sentences)
        yield sentence.text + ("\n\n" if is_last else " ")
        room = random.randint(1, 4) if is_last else room


def _write_vectors(path: Path, shared_dir: Path | None) -> None:
    """Word vectors of the segmented text beside `path`, or those of another training."""
    if shared_dir:
        shutil.copyfile(shared_dir / VECTORS, path)
        return
    segmented_path = path.with_name("segmented.txt")
    with _unless_done(path, [hash_file(segmented_path), DIMENSIONS, TYPES, EPOCHS]) as is_needed:
        if is_needed:
            train_vectors(segmented_path, path, seed=SEED)


def _write_jackknifed(work_dir: Path, recipe: Recipe, *, vectors: Path | None, device: str) -> None:
    options = {**recipe.options, "pos": (*recipe.options["pos"], *recipe.jackknife_options)}
    fold_recipe = replace(recipe, options=options)
    inputs = [work_dir / "train.conllu", work_dir / "dev.conllu", *([vectors] if vectors else [])]
    facts = [options["pos"], recipe.is_averaged, *map(hash_file, inputs)]
    with _unless_done(work_dir / "jackknifed", facts) as is_needed:
        if is_needed:
            write_jackknifed(
                work_dir,
                vectors=vectors,
                train_tagger=lambda fold: _train_processor(
                    "pos", fold, fold_recipe, vectors=vectors, device=device
                ),
                device=device,
            )


@contextmanager
def _unless_done(stage_path: Path, facts: Sequence[object]) -> Iterator[bool]:
    """Whether a stage must run: false where its last complete run had the same facts."""
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    key_path = stage_path.with_suffix(".key")
    is_needed = not key_path.is_file() or key_path.read_text(encoding="utf-8") != key
    if not is_needed:
        logger.info("%s: done already with the same data and settings", stage_path.name)
    yield is_needed
    write_text_atomically(key_path, [key])


def _train_processor(processor: str, work_dir: Path, recipe: Recipe, *, vectors: Path | None, device: str) -> None:
    is_jackknifed = processor == "depparse" and bool(recipe.jackknife_options)
    train_file = "jackknifed.conllu" if is_jackknifed else "train.conllu"
    data, main = _get_trainer(processor, work_dir, train_file, vectors=vectors)
    options = recipe.options[processor]
    # The lemmatizer's trainer takes the language from the shorthand alone.
    language = [] if processor == "lemma" else ["--lang", "ar"]
    # A whole path: Stanza's tokenizer takes a file of that name in the current folder for the one to write.
    save = ["--save_dir", str(work_dir), "--save_name", str((work_dir / f"{processor}.pt").absolute())]
    inputs = [hash_file(Path(value)) for value in data if Path(value).is_file()]
    settle, needs = _SETTLED.get(processor, (None, ()))
    inputs += [hash_file(work_dir / name) for name in needs]
    with _unless_done(work_dir / processor, [options, recipe.is_averaged, *sorted(set(inputs))]) as is_needed:
        if not is_needed:
            return
        with ExitStack() as stack:
            stack.enter_context(recorded_log(work_dir / f"{processor}.log"))
            stack.enter_context(faster_training())
            if recipe.is_averaged:
                stack.enter_context(averaged_weights())
            main([*_COMMON, "--device", device, *language, *data, *options, *save])
        if settle:
            settle(work_dir)


def _get_trainer(
    processor: str, work_dir: Path, train_file: str, *, vectors: Path | None
) -> tuple[list[str], Callable[[list[str]], object]]:
    """The data arguments and the entry point of Stanza's trainer."""
    from stanza.models import lemmatizer, mwt_expander, parser, tagger, tokenizer

    def files(**names: str) -> list[str]:
        return [part for option, name in names.items() for part in (f"--{option}", str(work_dir / name))]

    if processor == "tokenize":
        data = files(txt_file="tokenize.txt", label_file="tokenize.toklabels", dev_txt_file="dev.txt")
        data += files(dev_label_file="dev.toklabels", dev_conll_gold="dev.conllu", mwt_json_file="dev-mwt.json")
        return data, tokenizer.main
    if processor == "mwt":
        return files(train_file="mwt.conllu", eval_file="dev.conllu", gold_file="dev.conllu"), mwt_expander.main
    if processor == "lemma":
        return files(train_file="lemma.conllu", eval_file="dev.conllu"), lemmatizer.main
    data = files(train_file=train_file, eval_file="dev.conllu")
    data += ["--wordvec_pretrain_file", str(vectors)] if vectors else ["--no_pretrain"]
    return data, tagger.main if processor == "pos" else parser.main
