"""Check CoNLL-U by UD's own validator (udtools), at level 5 for Arabic.

The only module but compare/evaluate.py that imports udtools.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from udtools import Validator
from udtools.state import State
from udtools.utils import next_sentence

from mudawwana.validate.incidents import Incident, make_incident

UD_LEVELS = 5
"""The validator's highest level (https://universaldependencies.org/validation-rules.html)."""

_SENT_ID = re.compile(r"#\s*sent_id\s*=\s*(\S+)")


def check_ud(path: Path, *, advance: Callable[[], object] = lambda: None) -> list[Incident]:
    """What UD's validator says about one CoNLL-U file, taken for the whole treebank, by line.

    Incidents: all of https://universaldependencies.org/svalidation.html for levels 1-5, and, of level 1 because
    nothing is known to pass, sentence-not-checked where the validator itself breaks down. Expects UTF-8; memory
    holds one sentence, the ids of all, and the incidents. `advance` is called behind each sentence.
    """
    validator = _load_validator()
    state = State()
    state.current_file_name = str(path)
    starts: list[int] = []
    sent_ids: list[str] = []
    broken: list[Incident] = []
    # What its `validate_file` does, but that one broken sentence does not hide the others.
    with path.open(encoding="utf-8") as lines:
        for block in next_sentence(state, lines):
            starts.append(state.current_line - len(block) + 1)
            sent_ids.append(_find_sent_id(block))
            try:
                validator.validate_sentence(block, state)
            # udtools fails in many ways, for instance with TypeError on a word without DEPREL.
            except Exception as error:
                message = f"UD's validator failed with {error!r}; mend what else is wrong, then try again."
                broken.append(
                    make_incident(
                        "sentence-not-checked", str(path), message, line=state.sentence_line, sent_id=sent_ids[-1]
                    )
                )
            advance()
        validator.check_newlines(state, lines)
    in_sentences = len(state.error_tracker)
    validator.validate_end(state)
    incidents = [
        # By line: udtools blames what it finds above a `# sent_id` on the sentence before.
        _convert(raw, path, sent_ids[bisect_right(starts, max(1, raw.lineno)) - 1] if sent_ids else "")
        for raw in state.error_tracker[:in_sentences]
    ]
    incidents += [_convert(raw, path, "") for raw in state.error_tracker[in_sentences:]]
    return sorted([*incidents, *broken], key=lambda incident: (incident.line, incident.level))


def compute_ud_levels(incidents: Iterable[Incident], sent_ids: Iterable[str]) -> dict[str, int]:
    """The highest UD level (0-5) that each sentence passes; warnings do not count.

    The incidents are those of one layer: gold and auto share their ids.
    """
    levels = dict.fromkeys(sent_ids, UD_LEVELS)
    for incident in incidents:
        if incident.severity == "error" and incident.level > 0 and incident.sent_id in levels:
            levels[incident.sent_id] = min(levels[incident.sent_id], incident.level - 1)
    return levels


@cache
def _load_validator() -> Any:
    # output=None: udtools prints each incident otherwise
    return Validator(lang="ar", level=UD_LEVELS, output=None)


def _find_sent_id(lines: Sequence[str]) -> str:
    return next((found[1] for line in lines if (found := _SENT_ID.match(line))), "")


def _convert(raw: Any, path: Path, sent_id: str) -> Incident:
    return Incident(
        id=raw.testid,
        level=raw.level,
        severity="error" if raw.is_error() else "warning",
        path=str(path),
        line=max(1, raw.lineno),
        sent_id=sent_id,
        message=" ".join(raw.message.split()),
    )
