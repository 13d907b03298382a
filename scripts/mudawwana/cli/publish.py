from pathlib import Path

import click

from mudawwana.cli.options import corpus_argument, hold_corpus, track_validation, wait_option


@click.command()
@corpus_argument
@click.option(
    "--repo",
    required=True,
    metavar="NAME",
    help="The repository, NAMESPACE/NAME or NAME; it is created if need be.",
)
@click.option("--private", is_flag=True, help="Create it private; never push to one that is public.")
@click.option(
    "--revision",
    metavar="TAG",
    help="What to tag this version; by default `v` and the `version` in seeds/corpus.toml.",
)
@click.option("--dry-run", is_flag=True, help="Print what would go and where to, and ask nobody.")
@click.option(
    "--allow-unstated",
    is_flag=True,
    help="Publish although corpus.toml has facts that are still those of `mudawwana init`; for tests.",
)
@wait_option
def publish(
    corpus: Path,
    *,
    repo: str,
    private: bool,
    revision: str | None,
    dry_run: bool,
    allow_unstated: bool,
    wait: bool,
) -> None:
    """Push the data set in corpus/ to the Hugging Face Hub, and tag the version.

    Only if corpus.toml says what is true of the corpus, the validation finds no error, and the data set and its
    card are those of the annotations; files of
    others and symbolic links in corpus/ are refused, hidden files stay here. A push that was cut off goes on with
    the same command. What the repository has in its folders data/, conllu/ and figures/,
    and corpus/ no more, is deleted there. Address and token are those of `hf auth login`, or of HF_ENDPOINT and
    HF_TOKEN.
    """
    from mudawwana.base.layout import CorpusLayout
    from mudawwana.dataset.card import check_settings
    from mudawwana.dataset.card_files import check_card
    from mudawwana.dataset.publish import check_data_set, check_stated, plan_push, push_dataset
    from mudawwana.seeds.settings import load_settings
    from mudawwana.validate.corpus import check_corpus

    layout = CorpusLayout(corpus)
    settings = load_settings(layout)
    with hold_corpus(corpus, wait):
        check_settings(settings, has_gold=layout.has_gold)
        if not allow_unstated:
            check_stated(layout, settings)
        incidents = check_corpus(layout, settings, track=track_validation)
        if layout.data_set.card_path.exists():
            incidents += check_card(layout, settings, incidents)
        check_data_set(layout, incidents)
        plan = plan_push(layout, repo, tag=revision or f"v{settings.version}", is_private=private)
        if dry_run:
            for file in plan.files:
                click.echo(f"{file.sha256}  {file.size_bytes:>12}  {file.path}")
            click.echo(f"{len(plan.files)} files, {plan.size_bytes} bytes, tag {plan.tag}")
            for request in plan.requests:
                click.echo(request)
            return
        click.echo(f"{len(plan.files)} files, {plan.size_bytes} bytes ...", err=True)
        published = push_dataset(layout, plan)
    click.echo(published.url)
    if not published.is_new:
        click.echo(f"It was there already, with the same files, as {published.tag}.", err=True)
