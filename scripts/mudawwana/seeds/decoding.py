"""The bytes of a seed file -> text, or an error that says what the file is instead and what to do about it."""

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from mudawwana.base.errors import DocumentError
from mudawwana.base.files import get_store_errors, open_binary

UTF8 = "utf-8"

_WIDE = {
    b"\xff\xfe": "UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
    b"\xfe\xff": "UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`",
}
_SIGNATURES = {
    b"%PDF-": "a PDF file; extract its text first, for example with `pdftotext -enc UTF-8`",
    b"PK\x03\x04": "a ZIP file (as .docx, .xlsx and .epub are); save its text as UTF-8 .txt",
    b"PAR1": "a Parquet file; name it *.parquet",
    b"\x1f\x8b": "a gzip file; name it with .gz at its end, or unpack it with `gunzip`",
    b"\xd0\xcf\x11\xe0": "an old Word file; save its text as UTF-8 .txt",
    b"{\\rtf": "an RTF file; save its text as UTF-8 .txt",
}
# The encodings of Arabic text that have one byte a letter, as charset-normalizer names them.
_ARABIC_ENCODINGS = ["cp1256", "iso8859_6", "cp720"]
_HINT_BYTES = 65_536
# So many characters beyond ASCII do not spell UTF-8 by chance.
_UTF8_CHARACTERS = 4
# A NUL is in no text, a lone surrogate cannot be written as UTF-8, and UD's validator refuses the replacement
# character. Other control characters stay, and count as white space.
_DAMAGE = {
    "\0": "NUL",
    "\ufffd": "REPLACEMENT CHARACTER, in place of one that was lost",
}
_DAMAGED = re.compile("[\0\ud800-\udfff\ufffd]")


@contextmanager
def open_seed(path: Path) -> Iterator[IO[bytes]]:
    """The file's bytes, unpacked where its name ends in .gz.

    Raises DocumentError where it cannot be read, now or later on.
    """
    try:
        with open_binary(path) as file:
            yield gzip.GzipFile(fileobj=file) if path.suffix.lower() == ".gz" else file  # type: ignore[misc]  # reads as any
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DocumentError(
            f"{path}: the gzip file is damaged or cut off ({error}); get it whole again, and test it with "
            "`gzip -t`."
        ) from error
    except get_store_errors() as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentError(f"{path}: cannot be read ({reason}); check that you may read it.") from error


def check_signature(raw: bytes, encoding: str, place: str) -> None:
    """Raises DocumentError where the first bytes of a file are those of another kind of file."""
    for signature, remedy in (_SIGNATURES if is_wide(encoding) else _SIGNATURES | _WIDE).items():
        if raw.startswith(signature):
            raise DocumentError(f"{place}: byte 0: not {encoding.upper()} text but {remedy}.")


def decode(raw: bytes, encoding: str, place: str) -> str:
    """The bytes as text; `place` names them in errors.

    Raises DocumentError, with the byte's 0-based offset, where the bytes are not text in this encoding.
    """
    if b"\0" in raw and not is_wide(encoding):
        raise DocumentError(
            f"{place}: byte {raw.index(0)}: a NUL, which no text holds; if it is UTF-16, convert it with "
            "`iconv -f UTF-16LE -t UTF-8`, else it is no text file."
        )
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"not {encoding.upper()} ({error.reason}); {_find_remedy(raw, error.start, encoding)}"
        raise DocumentError(f"{place}: byte {error.start}: {reason}") from error
    if encoding != UTF8 and _is_utf8(raw):
        raise DocumentError(
            f'{place}: UTF-8, but corpus.toml says `encoding = "{encoding}"`; keep the corpus in one encoding: '
            "convert the other files to UTF-8, and remove that line."
        )
    return text


def find_damage(text: str) -> str:
    r"""What the first character is that no sound text holds, and its 0-based place; "" if there is none.

    >>> find_damage("سلام \ufffd")  # "peace"
    'character 5 is U+FFFD (REPLACEMENT CHARACTER, in place of one that was lost)'
    """
    found = _DAMAGED.search(text)
    if found is None:
        return ""
    kind = _DAMAGE.get(found.group(), "half of a surrogate pair")
    return f"character {found.start()} is U+{ord(found.group()):04X} ({kind})"


def is_wide(encoding: str) -> bool:
    """Whether ASCII characters are other bytes than in ASCII, as in UTF-16."""
    return "a\n".encode(encoding) != b"a\n"


def _find_remedy(raw: bytes, start: int, encoding: str) -> str:
    if encoding != UTF8:
        return "correct `encoding` under [annotation] in corpus.toml."
    if not raw[:start].isascii():
        return "what comes before is UTF-8: the file is damaged or cut off there; get it whole again."
    guess = from_bytes(raw[:_HINT_BYTES], cp_isolation=_ARABIC_ENCODINGS).best()
    name = guess.encoding if guess else "cp1256"
    return (
        f'it looks like {name}: if so, set `encoding = "{name}"` under [annotation] in corpus.toml, or save '
        "the file as UTF-8."
    )


def _is_utf8(raw: bytes) -> bool:
    try:
        return sum(character > "\x7f" for character in raw.decode(UTF8)) >= _UTF8_CHARACTERS
    except UnicodeDecodeError:
        return False
