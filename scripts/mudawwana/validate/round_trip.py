"""What others would lose: the `conllu` package, used with its defaults, does not keep all that CoNLL-U allows.

Our own reader does (base/conllu_io.py); but a corpus is parsed by people who write `conllu.parse(text)`.
"""

from collections import Counter
from collections.abc import Iterator

from conllu import parse
from conllu.exceptions import ParseException

from mudawwana.base.conllu_io import serialize_sentence
from mudawwana.base.records import Sentence
from mudawwana.validate.incidents import Incident, blame, make_incident


def check_round_trip(path: str, sentence: Sentence) -> Iterator[Incident]:
    """The lines that `conllu.parse` and `serialize` with their defaults do not give back.

    Incidents: conllu-not-round-trip, for instance for `Gloss=a=b`, for a comment without a value, and for each
    but the last of several comments with one key.
    """
    text = serialize_sentence(sentence)
    try:
        [parsed] = parse(text)
        written = parsed.serialize().split("\n")
    except ParseException as error:
        yield blame("conllu-not-round-trip", path, sentence, f"`conllu` with its defaults refuses it: {error}")
        return
    kept = Counter(written)
    for line, before in enumerate(text.split("\n"), start=sentence.line):
        kept[before] -= 1
        if kept[before] < 0:
            message = f"`conllu` with its defaults would {_describe_change(before, written)}."
            yield make_incident("conllu-not-round-trip", path, message, line=line, sent_id=sentence.sent_id)


def _describe_change(before: str, written: list[str]) -> str:
    if before.startswith("#"):
        return f"lose or change the comment {before[:60]!r}"
    columns = before.split("\t")
    after = next((row.split("\t") for row in written if row.startswith(f"{columns[0]}\t")), [])
    changes = [f"{old!r} into {new!r}" for old, new in zip(columns, after, strict=False) if old != new]
    return f"turn {', '.join(changes) or repr(before[:60]) + ' into nothing'}"
