"""Measure Mudawwana: one subcommand a benchmark; what it measures, and how, its own --help says."""

from importlib import import_module

import click

SUBCOMMANDS = (
    *("speed", "start-up", "model-cost", "scaling", "cluster-plan", "crash-resume", "dataset-build", "explorer"),
    *("validity", "tier-calibration", "phenomena-scores", "recipe-scores", "comparison"),
    *("analyser-coverage", "grammar"),
)
"""Each the name of a module beside this one."""


class _Subcommands(click.Group):
    """Imports a module when its subcommand is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        command: click.Command = import_module(cmd_name.replace("-", "_")).main
        return command


@click.group(cls=_Subcommands, help=__doc__)
def main() -> None:
    pass


if __name__ == "__main__":
    main(prog_name="python scripts/benchmarks")
