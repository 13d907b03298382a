from pathlib import Path

import click


@click.command()
@click.argument("name")
def init(name: str) -> None:
    """Lay out an empty corpus in the folder NAME; drop .txt files into NAME/seeds and run it."""
    from mudawwana.seeds.init import init_corpus

    if "://" in name:
        raise click.UsageError(f"{name}: a corpus begins in a folder; lay it out here, then copy it to the store.")
    root = Path(name)
    for path in init_corpus(root, root.resolve().name):
        click.echo(path)
    click.echo(f"Next: put UTF-8 .txt files into {root / 'seeds'}, then `mudawwana run {root}`.", err=True)
