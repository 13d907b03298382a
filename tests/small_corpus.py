"""A corpus of as many documents as a test needs, each of one sentence, valid, without Stanza."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from mudawwana.base.layout import CorpusLayout, get_stem
from mudawwana.seeds.table import COLUMNS

SETTINGS = """\
[corpus]
name = "tajriba"
title = "A trial"
description = "Short texts."
language = "ar"
variety = "Modern Standard Arabic"
licence = "CC BY-SA 4.0"
curators = ["A. Curator"]
homepage = "https://example.org/tajriba"
version = "0.1.0"
released = "2025-03-04"
contact = "curator@example.org"
personal_data = "Nobody is named."
gold_annotators = "A. Curator, by hand."
text_source = "A Paper"
text_licence = "All rights reserved"
"""

TEXT = "سلام."  # "peace"
ANNOTATION = """\
# newdoc id = {0}
# generator = mudawwana 0.1.0, stanza 1.15.0
# models = embedded sha256:0123456789abcdef
# newpar id = {0}-p1
# sent_id = {0}-p1-s1
# text = سلام.
1\tسلام\tسَلَام\tNOUN\t_\tCase=Nom|Definite=Ind|Gender=Masc|Number=Sing\t0\troot\t_\tSpaceAfter=No|start_char=0|end_char=4
2\t.\t.\tPUNCT\t_\t_\t1\tpunct\t_\tstart_char=4|end_char=5

"""


def write_corpus(root: Path, seeds: Mapping[str, Sequence[str]], *, gold: Collection[str] = ()) -> CorpusLayout:
    """A corpus whose seed files (.txt, .jsonl, or .csv) have these documents; `gold` has some of them, too."""
    layout = CorpusLayout(root)
    for folder in (layout.seeds_dir, layout.auto_dir, layout.gold_dir):
        folder.mkdir(parents=True, exist_ok=True)
    layout.settings_path.write_text(SETTINGS, encoding="utf-8")
    rows = [",".join(COLUMNS)]
    for name, ids in seeds.items():
        (layout.seeds_dir / name).write_text(_write_seed(name, ids), encoding="utf-8")
        sha256 = hashlib.sha256((layout.seeds_dir / name).read_bytes()).hexdigest()
        rows.append(f"{ids[0] if name.endswith('.txt') else ''},{name},,,,,,,{sha256}")
        for folder, wanted in ((layout.auto_dir, ids), (layout.gold_dir, [one for one in ids if one in gold])):
            text = "".join(map(ANNOTATION.format, wanted))
            if text:
                (folder / f"{get_stem(name)}.conllu").write_text(text, encoding="utf-8")
    layout.documents_path.write_text("\n".join([*rows, ""]), encoding="utf-8")
    return layout


def _write_seed(name: str, ids: Sequence[str]) -> str:
    if name.endswith(".jsonl"):
        return "".join(json.dumps({"id": one, "text": TEXT}, ensure_ascii=False) + "\n" for one in ids)
    if name.endswith(".csv"):
        # A cell of two lines: a row is more than a line.
        return "id,text,note\n" + "".join(f'{one},{TEXT},"two\nlines"\n' for one in ids)
    return f"{TEXT}\n"
