"""What is said of a document: comments behind its `# newdoc id`, written when its annotation file is put together.

So another title or licence changes these lines, and annotates nothing again.
"""

import re
from collections.abc import Mapping

from mudawwana.arabic.script import fold_form
from mudawwana.base.records import Document

_HEAD = re.compile(
    rb"^(# newdoc id = (.+)\n(?:# generator = .*\n)?(?:# models = .*\n)?)(?:#.*\n)*?(?=# newpar id = )",
    re.MULTILINE,
)
"""A document's first lines: what the task says of it, and then what its metadata says."""


def serialize_metadata(document: Document) -> str:
    r"""A comment line for each item of the document's metadata.

    >>> serialize_metadata(Document("d", "", "", "seeds/d.txt", {"title": "خبر  عاجل"}))  # "urgent news"
    '# title = خبر عاجل\n'
    """
    return "".join(f"# {key} = {' '.join(fold_form(text).split())}\n" for key, text in document.metadata.items())


def replace_comments(raw: bytes, comments: Mapping[str, str]) -> bytes:
    """CoNLL-U with these lines, by document's id, in place of those that say what metadata says."""
    return _HEAD.sub(lambda head: head[1] + comments.get(head[2].decode(), "").encode(), raw)
