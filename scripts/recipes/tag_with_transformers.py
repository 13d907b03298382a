"""`load_dataset` -> a part-of-speech tagger for surface tokens, trained with transformers from nothing.

    pip install datasets transformers tokenizers torch
    python scripts/recipes/tag_with_transformers.py --data corpus

Models of this kind read text, hence surface tokens; the data set's columns are words. A token's label joins the
parts of speech of its words: وقال "and said" is one token of two words, CCONJ+VERB. Splitting at "+" gives each
word its label again, so nothing is lost. A token is cut into subwords in turn; its first one carries the label.

Nothing is downloaded: the subwords are learnt from the training texts, the network (two layers) begins at random.
Where the data set has no `validation`, a fifth of `train`'s sentences is held out.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import torch
from datasets import Dataset, load_dataset
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast, logging

SEED = 20260101
IGNORED = -100
"""The label that transformers leaves out of loss."""
PADDING, UNKNOWN = "[PAD]", "[UNK]"
BATCH_SENTENCES = 8
MAX_SUBWORDS = 512
Labelled = list[tuple[str, str]]


def iter_labelled(sentences: Dataset) -> Iterator[Labelled]:
    """Each sentence's tokens with their joined labels; reads only what `commul/universal_dependencies` has too."""
    get_name = sentences.features["upos"].feature.int2str
    for row in sentences:
        ranges = {int(one["id"].split("-")[0]): one for one in row["mwt"]}
        labels = [get_name(label) for label in row["upos"]]
        tokens: Labelled = []
        first = 1
        while first <= len(labels):
            token = ranges.get(first)
            last = int(token["id"].split("-")[1]) if token else first
            form = token["form"] if token else row["tokens"][first - 1]
            tokens.append((form, "+".join(labels[first - 1 : last])))
            first = last + 1
        yield tokens


def train_tokenizer(sentences: list[Labelled], vocabulary: int = 500) -> PreTrainedTokenizerFast:
    """A WordPiece tokenizer of the forms; vowel signs and tatweel are left out, hamza stays (أن is not إن)."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Replace(Regex("[\u064b-\u0652\u0670\u0640]"), "")
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordPieceTrainer(vocab_size=vocabulary, special_tokens=[PADDING, UNKNOWN])
    tokenizer.train_from_iterator((form for sentence in sentences for form, _ in sentence), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=PADDING, unk_token=UNKNOWN)


def encode(
    sentences: list[Labelled], tokenizer: PreTrainedTokenizerFast, ids: dict[str, int]
) -> tuple[dict[str, torch.Tensor], list[list[int | None]]]:
    """A batch for the model, and the number of the token that each subword begins, None where it begins none."""
    batch = tokenizer(
        [[form for form, _ in sentence] for sentence in sentences],
        **{"is_split_into_words": True, "padding": True, "truncation": True, "max_length": MAX_SUBWORDS},
        return_tensors="pt",
    )
    begins: list[list[int | None]] = []
    labels = torch.full_like(batch["input_ids"], IGNORED)
    for row, sentence in enumerate(sentences):
        numbers = batch.word_ids(row)
        # A token's subwords stand together.
        starts = [number if number != before else None for before, number in pairwise([None, *numbers])]
        begins.append(starts)
        for place, number in enumerate(starts):
            if number is not None:
                labels[row, place] = ids.get(sentence[number][1], IGNORED)
    inputs = {"input_ids": batch["input_ids"], "attention_mask": batch["attention_mask"], "labels": labels}
    return inputs, begins


def train(sentences: list[Labelled], tokenizer: PreTrainedTokenizerFast, steps: int) -> BertForTokenClassification:
    """The tagger; its config holds the labels."""
    names = sorted({label for sentence in sentences for _, label in sentence})
    config = BertConfig(
        vocab_size=len(tokenizer),
        **{"hidden_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 192},
        max_position_embeddings=MAX_SUBWORDS,
        id2label=dict(enumerate(names)),
        label2id={name: number for number, name in enumerate(names)},
    )
    model = BertForTokenClassification(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, total_iters=steps)
    for _ in range(steps):
        chosen = torch.randint(len(sentences), (BATCH_SENTENCES,)).tolist()
        inputs, _ = encode([sentences[number] for number in chosen], tokenizer, config.label2id)
        model(**inputs).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
    return model.eval()


@torch.no_grad()
def predict(
    model: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast, sentence: Labelled
) -> list[str | None]:
    """A label for each token; None where the tokenizer leaves nothing of it, or the sentence is too long."""
    inputs, [begins] = encode([sentence], tokenizer, model.config.label2id)
    best = model(**inputs).logits[0].argmax(-1).tolist()
    labels = {
        number: model.config.id2label[label]
        for number, label in zip(begins, best, strict=True)
        if number is not None
    }
    return [labels.get(number) for number in range(len(sentence))]


def score(gold: list[Labelled], predicted: list[list[str | None]]) -> dict[str, float]:
    """The share of tokens whose whole label is right, and of words; those of a token cut wrongly are wrong."""
    pairs = [
        (label, guess or "")
        for sentence, guesses in zip(gold, predicted, strict=True)
        for (_, label), guess in zip(sentence, guesses, strict=True)
    ]
    words = [(label.split("+"), guess.split("+")) for label, guess in pairs]
    right = sum(sum(map(str.__eq__, *pair)) for pair in words if len(pair[0]) == len(pair[1]))
    return {
        "tokens": round(sum(label == guess for label, guess in pairs) / len(pairs), 4),
        "words": round(right / sum(len(labels) for labels, _ in words), 4),
    }


def predict_by_form(train_part: list[Labelled], held_out: list[Labelled]) -> list[list[str | None]]:
    """The baseline: each form's most frequent label, for an unknown form the most frequent of all."""
    counts: dict[str, Counter[str]] = {}
    for sentence in train_part:
        for form, label in sentence:
            counts.setdefault(form, Counter())[label] += 1
    [(commonest, _)] = sum(counts.values(), Counter()).most_common(1)
    return [
        [counts[form].most_common(1)[0][0] if form in counts else commonest for form, _ in sentence]
        for sentence in held_out
    ]


def run(data: str, steps: int) -> dict[str, Any]:
    torch.manual_seed(SEED)
    torch.use_deterministic_algorithms(True)
    splits = load_dataset(data)
    if "validation" not in splits:
        parts = splits["train"].train_test_split(test_size=0.2, seed=SEED)
        splits = {"train": parts["train"], "validation": parts["test"]}
    train_part, held_out = (list(iter_labelled(splits[name])) for name in ("train", "validation"))
    tokenizer = train_tokenizer(train_part)
    model = train(train_part, tokenizer, steps)
    labels = set(model.config.label2id)
    return {
        "train_sentences": len(train_part),
        "held_out_sentences": len(held_out),
        "held_out_tokens": sum(map(len, held_out)),
        "labels": len(labels),
        "unknown_labels": sum(label not in labels for sentence in held_out for _, label in sentence),
        "accuracy": score(held_out, [predict(model, tokenizer, sentence) for sentence in held_out]),
        "baseline": score(held_out, predict_by_form(train_part, held_out)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="corpus", help="a data set that Mudawwana built, or its name on the Hub")
    parser.add_argument("--steps", type=int, default=150, help=f"training steps of {BATCH_SENTENCES} sentences")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    logging.disable_progress_bar()
    result = run(arguments.data, arguments.steps)
    if arguments.json:
        print(json.dumps(result, indent=1))
        return
    for name, value in result.items():
        print(f"{name:20}{value}")


if __name__ == "__main__":
    main()
