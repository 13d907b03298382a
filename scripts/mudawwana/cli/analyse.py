import json
from typing import TYPE_CHECKING

import click

from mudawwana.cli.options import json_option

if TYPE_CHECKING:
    from mudawwana.arabic.analyser import Analysis

_COLUMNS = ("form", "vocalised", "lemma", "upos", "feats", "root", "pattern", "gloss")


@click.command()
@click.argument("tokens", nargs=-1, required=True)
@click.option(
    "--folded",
    is_flag=True,
    help="Also readings as if hamza, ة and final ى were typed without care; else only where there is no other.",
)
@json_option
def analyse(tokens: tuple[str, ...], folded: bool, as_json: bool) -> None:
    """Print what Arabic TOKENS can be, without any context: words, lemmas, tags, features, roots.

    Vowel signs that are written rule readings out. A line a word, with tabs: the token, the number of the reading,
    form, vocalised form, lemma, UPOS, FEATS, root, pattern, gloss. Exit status 1 if a token has no reading.
    """
    from mudawwana.arabic.analyser import analyse_token

    found = {token: analyse_token(token, folded=folded) for token in tokens}
    if as_json:
        readings = {
            token: [
                [{name: getattr(word, name) for name in _COLUMNS} for word in words] for words in segmentations
            ]
            for token, segmentations in found.items()
        }
        click.echo(json.dumps(readings, ensure_ascii=False, indent=1))
    else:
        for token, segmentations in found.items():
            for number, words in enumerate(segmentations, start=1):
                for word in words:
                    click.echo("\t".join([token, str(number), *_describe(word)]))
    missing = [token for token, segmentations in found.items() if not segmentations]
    if missing:
        click.echo(f"no reading: {' '.join(missing)}", err=True)
    raise SystemExit(1 if missing else 0)


def _describe(word: "Analysis") -> list[str]:
    return [getattr(word, name) for name in _COLUMNS]
