"""Whatever ends a command is one message: what, where, what to do; without secrets."""

import errno
import os
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import REPOSITORY
from mudawwana.base.errors import InputError, PublishError, SettingsError
from mudawwana.base.explain import REBUILD, explain, hide_secrets, reading
from mudawwana.cli import main

SECRET = "s3cretword"  # noqa: S105 - nobody's


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SettingsError("a: b; c."), "a: b; c."),
        (
            FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "x/y"),
            "x/y: No such file or directory; it should",
        ),
        (
            IsADirectoryError(errno.EISDIR, "Is a directory", "x"),
            "x: Is a directory; a file belongs there: move the",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device; make room on that disk"),
        (OSError("Corrupt snappy data"), "Corrupt snappy data; run the same command again"),
        (
            zipfile.BadZipFile("no zip\nTrust it!"),
            "BadZipFile: no zip; run the same command again; where a file is",
        ),
        (MemoryError(), "memory was not enough (MemoryError); give fewer --workers"),
        (KeyError("x"), "KeyError: 'x', in a library; nobody has expected that: please report it"),
        (ValueError("bad"), "ValueError: bad, in a library; nobody has expected that"),
    ],
)
def test_one_message_with_a_remedy(error: Exception, expected: str) -> None:
    assert explain(error).startswith(expected)
    assert "\n" not in explain(error)


def test_an_unexpected_error_says_where_it_was() -> None:
    with pytest.raises(TypeError) as caught:
        hide_secrets(None)  # type: ignore[arg-type]
    assert "in base/explain.py:" in explain(caught.value)


def test_a_damaged_file_is_named() -> None:
    with (
        pytest.raises(InputError, match=r"^a\.parquet: cannot be read, .* \(EOFError\); run `mudawwana build`"),
        reading(Path("a.parquet"), REBUILD),
    ):
        raise EOFError
    with pytest.raises(FileNotFoundError), reading(Path("a.parquet"), REBUILD):
        Path("nowhere").read_bytes()


@pytest.mark.parametrize("variable", ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "AWS_SECRET_ACCESS_KEY"])
def test_secrets_of_the_environment(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, f"{SECRET}/+")
    told = hide_secrets(f"a {SECRET}/+ b {SECRET}%2F%2B c")
    assert told == "a *** b *** c"


def test_the_token_of_a_login(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    assert hide_secrets(SECRET) == SECRET
    (tmp_path / "token").write_text(f"{SECRET}\n", encoding="utf-8")
    assert hide_secrets(f'{{"error": "no rights for {SECRET}"}}') == '{"error": "no rights for ***"}'


@pytest.mark.parametrize(
    "text", ["Authorization: Bearer abc.d", "https://me:abc.d@example.org", "hf_abcdefgh1234"]
)
def test_what_looks_like_a_secret(text: str) -> None:
    assert "***" in hide_secrets(text)
    assert "abc" not in hide_secrets(text)


def test_a_server_that_echoes_the_token_is_not_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PublishError(f"me/x: not published: 403: no rights for {SECRET} (Authorization: Bearer other)")

    monkeypatch.setenv("HF_TOKEN", SECRET)
    monkeypatch.setattr("mudawwana.dataset.publish.plan_push", fail)
    monkeypatch.setattr("mudawwana.dataset.publish.check_data_set", lambda *_: None)
    for folder in ("seeds", "annotations"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    for options in ((), ("--debug",)):
        outcome = CliRunner().invoke(main, ["publish", str(tmp_path), "--repo", "me/x", *options])
        assert outcome.exit_code == 1
        assert outcome.stderr.endswith("403: no rights for *** (Authorization: Bearer ***)\n")
        assert SECRET not in outcome.output


def test_addresses_without_passwords_stay() -> None:
    text = "https://example.org/a@b and mailto:me@example.org"
    assert hide_secrets(text) == text
