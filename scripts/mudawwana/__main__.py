"""`mudawwana` and `python -m mudawwana`: the command line, which Ctrl-C ends in one way at any moment."""

import signal
import sys


def main() -> None:
    """Runs the command line. Also while its modules are loaded Ctrl-C gives one line, and status 130."""
    try:
        from mudawwana.cli import main as commands

        commands()
    except KeyboardInterrupt:
        sys.stderr.write("Aborted!\n")
        sys.exit(130)
    finally:
        # What is to be done is done: Python has only to end, and would die of a signal.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
