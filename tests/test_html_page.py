"""What all pages of reports have: a policy for the browser, which their own style alone satisfies."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from jinja2 import PackageLoader

import browser as page
from mudawwana.reports.diff import render_html as render_diff
from mudawwana.reports.html_page import render_page
from mudawwana.reports.validation import render_html as render_validation
from mudawwana.validate.counts import ReportSentence, ReportWord, ValidationReport

PARTS = {"page.html.jinja", "figures.html.jinja"}


def test_the_policy_names_the_style_and_nothing_else() -> None:
    html = render_diff({})
    [policy] = re.findall('<meta http-equiv="Content-Security-Policy" content="([^"]+)">', html)
    [style] = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert unescape(policy) == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_every_report_is_such_a_page() -> None:
    loader = PackageLoader("mudawwana.reports", ".")
    names = {name for name in loader.list_templates() if name.endswith(".html.jinja")} - PARTS
    assert names == {f"{name}.html.jinja" for name in ("agreement", "diff", "evaluation", "validation")}
    folder = Path(render_page.__code__.co_filename).parent
    for name in names | PARTS:
        text = (folder / name).read_text(encoding="utf-8")
        assert name in PARTS or text.startswith('{% extends "page.html.jinja" %}'), name
        assert not re.search(r"<script|\sstyle=|\son[a-z]+=|javascript:|<link|<img", text), name


@pytest.mark.skipif(not page.find_programs(), reason=page.MISSING)
def test_a_browser_shows_style_and_tree_and_runs_no_script(tmp_path: Path) -> None:
    # "He said: peace."
    words = [ReportWord(1, "قال", "VERB", "0", "root", []), ReportWord(2, "سلام", "NOUN", "1", "obj", ["x"])]
    sentence = ReportSentence("auto", "d.conllu", 1, "s", "قال سلام", 1, 0, [], words)
    path = tmp_path / "report.html"
    script = "<script>document.title = 'run'</script></body>"
    html = render_validation(ValidationReport("A", [], [], [sentence], [], {}))
    path.write_text(html.replace("</body>", script), encoding="utf-8")
    with page.open_browser() as browser:
        browser.get(path.as_uri())
        assert browser.title == "Validation of A"
        read = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
        assert browser.execute_script(read, "svg .form", "fontSize") == "18px"
        assert browser.execute_script(read, "svg path.blamed", "stroke") == "rgb(179, 20, 31)"
        assert browser.execute_script("return document.querySelectorAll('svg path').length") == 2
        messages = [entry["message"] for entry in browser.get_log("browser")]
    # The script alone was refused.
    assert len(messages) == 1 and "script" in messages[0]
