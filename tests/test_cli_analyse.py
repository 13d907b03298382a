"""`mudawwana analyse`: readings on stdout, what has none on stderr."""

import json

from click.testing import CliRunner

from mudawwana.cli import main


def test_readings_are_lines_with_tabs() -> None:
    outcome = CliRunner().invoke(main, ["analyse", "كُتِبَ"])  # "was written"
    assert outcome.exit_code == 0
    rows = [line.split("\t") for line in outcome.stdout.splitlines()]
    assert {len(row) for row in rows} == {10}
    verbs = [row for row in rows if row[5] == "VERB"]
    assert verbs and all("Voice=Pass" in row[6] and row[7] == "ك.ت.ب" for row in verbs)


def test_words_of_a_token_as_json() -> None:
    outcome = CliRunner().invoke(main, ["analyse", "--json", "وقال"])  # "and said"
    readings = json.loads(outcome.stdout)["وقال"]
    assert ["CCONJ", "VERB"] in [[word["upos"] for word in words] for words in readings]


def test_what_has_no_reading_is_said() -> None:
    outcome = CliRunner().invoke(main, ["analyse", "كتاب", "ظظظظ"])
    assert (outcome.exit_code, outcome.stderr) == (1, "no reading: ظظظظ\n")
    assert "كتاب" in outcome.stdout
