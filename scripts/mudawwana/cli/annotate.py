from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument, models_option


@click.command()
@corpus_argument
@models_option
def annotate(corpus: Path, models: str | None) -> None:
    """Annotate the documents in seeds/ with Stanza, into annotations/auto/."""
    for path in annotate_seeds(corpus, models):
        click.echo(path)


def annotate_seeds(corpus: Path, models_name: str | None) -> list[Path]:
    """The annotation files written for the corpus's documents, with a progress bar on stderr."""
    from tqdm import tqdm

    from mudawwana.documents import read_documents, update_documents_csv
    from mudawwana.engines.here import annotate_corpus, count_raw_words
    from mudawwana.layout import CorpusLayout
    from mudawwana.settings import load_settings

    layout = CorpusLayout(corpus)
    settings = load_settings(layout)
    documents = list(read_documents(layout, settings))
    update_documents_csv(layout, documents)
    click.echo("Loading models ...", err=True)
    from mudawwana.models import load_models

    models = load_models(models_name or settings.models)
    paths: list[Path] = []
    total = sum(map(count_raw_words, documents))
    # disable=None: no bar where stderr is no terminal
    with tqdm(total=total, unit="word", unit_scale=True, desc="Annotating", disable=None) as bar:
        for result in annotate_corpus(layout, settings, documents, models):
            paths += result.paths
            bar.update(result.raw_words)
    return paths
