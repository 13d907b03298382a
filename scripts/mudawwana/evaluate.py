"""Gold against system by the CoNLL 2018 scorer of udtools, from raw text."""

from pathlib import Path

from udtools.udeval import UDError, build_evaluation_table, evaluate, load_conllu

from mudawwana.errors import ConlluError

METRICS = (
    *("Tokens", "Sentences", "Words", "UPOS", "XPOS", "UFeats", "AllTags", "Lemmas"),
    *("UAS", "LAS", "CLAS", "MLAS", "BLEX"),
)


def score_conllu(gold_path: Path, system_path: Path) -> tuple[dict[str, float], str]:
    """(F1 in percent by metric, the scorer's own table) of two annotations of the same text.

    Metrics: https://universaldependencies.org/conll18/evaluation.html

    Raises ConlluError where the two files do not spell the same text.
    """
    with gold_path.open(encoding="utf-8") as gold, system_path.open(encoding="utf-8") as system:
        try:
            scores = evaluate(load_conllu(gold, str(gold_path), {}), load_conllu(system, str(system_path), {}))
        except UDError as error:
            raise ConlluError(f"{gold_path} and {system_path}: {error}") from error
    return {metric: 100 * scores[metric].f1 for metric in METRICS}, build_evaluation_table(scores)
