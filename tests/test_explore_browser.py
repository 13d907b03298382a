"""The explorer in a real browser: from the server and from static files, as far as they can differ."""

import csv
import io
import json
import random
import re
import struct
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import browser as page
from explored_corpus import ANNOTATED, make_formulas, write_data_set, write_random_data_set
from mudawwana.arabic.spellings import fold_for_search
from mudawwana.base.errors import PatternError
from mudawwana.base.records import MultiwordToken, Sentence, Word
from mudawwana.explore.database import load_database
from mudawwana.explore.hits import SORTS, Searcher
from mudawwana.explore.query import parse_pattern
from mudawwana.explore.sql import build_sql
from mudawwana.explore.static_export import write_static_page
from naive_patterns import make_pattern, make_sentences
from random_patterns import make_text
from test_explore import PAIRS
from test_query import ENDLESS, PLACES

pytestmark = pytest.mark.skipif(not page.find_programs(), reason=page.MISSING)

SENTENCE = "view=sentence&layer=auto&id=d1-p1-s1"
BOX = "return ((box) => [box.left, box.top, box.right, box.bottom])(arguments[0].getBoundingClientRect())"


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture(scope="module")
def browser(downloads: Path) -> Iterator[Chrome]:
    with page.open_browser(downloads) as browser:
        yield browser


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The same corpus by `mudawwana explore` and, exported, by `python -m http.server`."""
    root = write_data_set(tmp_path_factory.mktemp("explored"), ANNOTATED).root
    site = tmp_path_factory.mktemp("site")
    with load_database(root / "corpus") as database:
        list(write_static_page(database, site))
    with page.serve_corpus(root) as served, page.serve_files(site) as static:
        yield {"served": served, "static": static}


@pytest.fixture(params=["served", "static"])
def address(request: pytest.FixtureRequest, addresses: dict[str, str]) -> str:
    return addresses[request.param]


@pytest.fixture(autouse=True)
def fresh(browser: Chrome) -> Iterator[None]:
    """English, colours as the system, and at the end nothing that the browser complains of."""
    browser.get_log("browser")
    yield
    browser.execute_script("if (location.protocol.startsWith('http')) localStorage.clear()")
    messages = [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
    expected = ("400 (Bad Request)", "sent_id=none - Failed to load resource")
    assert not [message for message in messages if not any(one in message for one in expected)]


def find(browser: Chrome, selector: str) -> Any:
    return browser.find_element(By.CSS_SELECTOR, selector)


def find_all(browser: Chrome, selector: str) -> list[Any]:
    return browser.find_elements(By.CSS_SELECTOR, selector)


def get_box(browser: Chrome, selector: str) -> list[float]:
    """Left, top, right, bottom, in pixels."""
    box: list[float] = browser.execute_script(BOX, find(browser, selector))
    return box


def search(browser: Chrome, address: str, text: str) -> None:
    """Types into the box, as a reader does."""
    page.show(browser, address, "view=search")
    box = find(browser, "#query")
    assert box == browser.switch_to.active_element
    box.send_keys(text, Keys.ENTER)
    page.wait_for(browser, "return document.querySelector('#total, #error')")


STOPPED = "the search was stopped after 0.2 seconds; ask for less at once, or give it more time by --time-limit."


def wait_for_total(browser: Chrome, total: str) -> None:
    page.wait_for(browser, "return document.querySelector('#total')?.textContent === arguments[0]", total)


def test_a_search(browser: Chrome, address: str) -> None:
    search(browser, address, "وقال")
    wait_for_total(browser, "1 hits")
    [line] = find_all(browser, ".lines tbody tr")
    assert line.find_element(By.CSS_SELECTOR, ".hit .found").text == "وقال"
    # The word that was found, a clitic of this token, in bold.
    assert [part.text for part in line.find_elements(By.CSS_SELECTOR, ".hit .parts b")] == ["و"]
    assert line.find_element(By.CSS_SELECTOR, ".after").text == "رئيس كلمة بالمدينتين."
    line.find_element(By.CSS_SELECTOR, ".hit a").click()
    page.wait_for(browser, "return document.querySelector('.tree .word.marked')")
    assert find(browser, ".raw mark.token").text == "وقال"
    assert find(browser, ".raw mark.word").text == "و"


def test_a_pattern(browser: Chrome, address: str) -> None:
    search(browser, address, 'V:[upos="VERB"] >nsubj S:[lemma="رئيس"%d], V >obj []')
    wait_for_total(browser, "1 hits")
    assert [one.text for one in find_all(browser, ".lines .found")] == ["وقال", "رئيس", "كلمة"]


def test_an_error_points_at_the_character(browser: Chrome, address: str) -> None:
    search(browser, address, '[lemma="كتاب" & x]')
    error = find(browser, "#error")
    assert error.text.startswith("Character 17: x is nothing that a word has")
    assert error.find_element(By.TAG_NAME, "mark").text == "x"
    selected = (
        "const box = document.activeElement; return box.value.slice(box.selectionStart, box.selectionEnd) === 'x'"
    )
    page.wait_for(browser, selected)


def test_an_endless_search_ends_and_the_page_goes_on(browser: Chrome, tmp_path: Path) -> None:
    root = write_data_set(tmp_path / "corpus", ANNOTATED).root
    with load_database(root / "corpus", limit_seconds=0.2) as database:
        list(write_static_page(database, tmp_path / "site"))
    # Also one that a browser's regular expressions try in ways without number: each letter to one of two loops.
    slow = '[form="((ك|ل|م|ا|ت)*)*ب|((ا|ك|ل|م|ت)+)+ب|(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*(.*)*#"]'
    assert parse_pattern(slow)
    with (
        page.serve_corpus(root, "--time-limit", "0.2") as served,
        page.serve_files(tmp_path / "site") as static,
    ):
        for address in (served, static):
            search(browser, address, ENDLESS)
            assert find(browser, "#error").text == STOPPED
            search(browser, address, "كتبوا")
            wait_for_total(browser, "2 hits")
        search(browser, static, slow)
        assert find(browser, "#error").text == STOPPED


READ_UNKNOWN = "return [...document.querySelectorAll('.unknown')].map((one) => one.textContent)"
READ_REPAIRS = """return Object.fromEntries([...document.querySelectorAll("#repairs li")]
    .map((one) => [one.querySelector("a").textContent, one.textContent.split(" ").at(-2)]))"""
MEANT = {
    '[upos="verb"]': ('[upos="VERB"]', 3),
    "VERB": ('[upos="VERB"]', 3),
    "upos=VERB": ('[upos="VERB"]', 3),
    "upos=verb": ('[upos="VERB"]', 3),
    '[pos="VERB"]': ('[upos="VERB"]', 3),
    "[] >nsbj []": ("[] >nsubj []", 1),
    '[feats.Cse="Nom"]': ('[feats.Case="Nom"]', 1),
    '[lemma="كتب"]': ('[lemma="كتب"%d]', 2),
    "كتب*": ('"كتب.*"', 2),
    "كلمة|رئيس": ('"كلمة|رئيس"', 82),
    "رئيس،": ("رئيس", 1),
    "“رئيس”": ("رئيس", 1),
    "[lemma=“رئيس”]": ('[lemma="رئيس"%d]', 1),
}


def test_what_finds_nothing_offers_what_does(browser: Chrome, address: str) -> None:
    for text, (meant, count) in MEANT.items():
        page.show(browser, address, f"view=search&q={quote(text)}")
        found = page.wait_for(
            browser, f"return document.querySelector('#repairs') && (() => {{ {READ_REPAIRS} }})()"
        )
        assert found.get(meant) == str(count), (text, found)
        find(browser, f"#repairs a[href='{browser.execute_script(HREF_OF, meant)}']").click()
        wait_for_total(browser, f"{count} hits")


HREF_OF = """return [...document.querySelectorAll("#repairs a")]
    .find((one) => one.textContent === arguments[0]).getAttribute("href")"""


def test_what_no_word_has_is_said(browser: Chrome, address: str) -> None:
    for text, expected in {
        '[feats.Gendr=""]': ["no word of this corpus has feats.Gendr."],
        '[feats.Cse=""]': ["no word of this corpus has feats.Cse; the nearest is feats.Case."],
        '[upos!="noun"]': ["upos is never noun; the nearest is NOUN."],
        '[feats.Case="Now|Acc"]': ["feats.Case is never Now; the nearest is Nom."],
        "[] >obbj []": ["deprel is never obbj; the nearest is obj."],
        "[] >obl:*|obj []": [],
        '[upos="NOUN" & feats.Case=""]': [],
        "كتاب": [],
    }.items():
        page.show(browser, address, f"view=search&q={quote(text)}")
        assert browser.execute_script(READ_UNKNOWN) == expected, text


def test_before_stands_on_the_right_and_the_hit_in_the_middle(browser: Chrome, address: str) -> None:
    for language in ("en", "ar"):
        page.show(browser, address, "view=search&q=كلمة")
        if language == "ar":
            find(browser, "#language").click()
            page.wait_for(browser, "return document.documentElement.dir === 'rtl'")
            page.wait_until_drawn(browser)
        before, hit, after = (
            get_box(browser, f".lines td.{name} span, .lines td.{name} a")
            for name in (*("before", "hit", "after"),)
        )
        assert before[0] >= hit[2] > hit[0] >= after[2], language
        cells = {name: get_box(browser, f".lines td.{name}") for name in ("before", "after")}
        assert abs(cells["before"][0] - hit[2] - (hit[0] - cells["after"][2])) < 4, language


def write_long_data_set(folder: Path) -> Path:
    """A sentence of words and ranges, wider than any line, a clitic in its midst."""
    forms = [form for n in range(40) for form in (f"{n}5", "-", "77", f"كلمات{'ا' * (n % 9)}")]
    forms[80:80] = ["و", "قال"]
    words = tuple(
        Word(n, form, form, "X", "_", "_", str(n - 1), "dep" if n > 1 else "root", "_", misc)
        for n, form in enumerate(forms, start=1)
        for misc in ["SpaceAfter=No" if forms[n : n + 1] == ["-"] or form == "-" else "_"]
    )
    token = MultiwordToken(81, 82, "وقال", "_", "_")
    return write_random_data_set(folder, [Sentence(("# sent_id = d1-s1", "# text = -"), words, (token,))])


FITS = """return [...document.querySelectorAll(".lines td.before > div, .lines td.after > div")].map((cell) => {
  const box = cell.getBoundingClientRect();
  const inside = [...cell.querySelectorAll("span")].flatMap((one) => [...one.getClientRects()])
    .every((one) => one.left >= box.left - 1 && one.right <= box.right + 1);
  return [inside, cell.textContent.trim(), cell.textContent.split("…").length - 1, cell.clientWidth];
});"""


def test_contexts_are_cut_between_words_on_any_screen(browser: Chrome, tmp_path: Path) -> None:
    root = write_long_data_set(tmp_path / "data-set")
    with load_database(root) as database:
        list(write_static_page(database, tmp_path / "site"))
        [(tokens,)] = database.query(
            "SELECT string_agg(token || CASE WHEN space_after THEN ' ' ELSE '' END, ''"
            " ORDER BY word_id) FROM tokens WHERE is_first"
        )
    whole = tokens.split()
    with page.serve_corpus(root) as served, page.serve_files(tmp_path / "site") as static:
        for address in (served, static):
            page.show(browser, address, "view=search&q=[form=%22قال%22]")
            shown = set()
            try:
                for width in (1200, 390, 700):
                    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
                    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
                    page.wait_for(
                        browser, f"return innerWidth === {width} && document.querySelector('.lines .cut')"
                    )
                    page.wait_for(browser, f"return (() => {{ {FITS} }})().every(([inside]) => inside)")
                    for inside, text, dots, room in browser.execute_script(FITS):
                        pieces = text.replace("…", " ").split()
                        assert inside and dots == 1 and room > 50
                        assert pieces and set(pieces) <= set(whole), width
                        shown.add((width, len(pieces)))
            finally:
                browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
            assert len({count for _, count in shown}) > 1  # a wide screen shows more
            # The hit stands by itself; what it is made of, below it.
            assert find(browser, ".lines .hit a").get_attribute("textContent").strip() == "وقال"
            assert get_box(browser, ".lines .hit .parts")[1] >= get_box(browser, ".lines .hit .found")[3] - 8


def test_a_sort(browser: Chrome, address: str) -> None:
    page.show(browser, address, 'view=search&q=[upos="NOUN" %26 token!="المدينتين"]')
    read = "return [...document.querySelectorAll('.lines .hit .found')].map((one) => one.textContent)"
    assert browser.execute_script(read) == ["رئيس", "كلمة", "بالمدينتين", "كتاب"]
    for sort, expected in {
        "before": ["كتاب", "بالمدينتين", "كلمة", "رئيس"],
        "after": ["بالمدينتين", "كتاب", "كلمة", "رئيس"],
        "hit": ["بالمدينتين", "رئيس", "كتاب", "كلمة"],
    }.items():
        Select(find(browser, "select[name=sort]")).select_by_value(sort)
        page.wait_for(browser, f"return location.hash.includes('sort={sort}')")
        page.wait_until_drawn(browser)
        page.wait_for(browser, f"return document.querySelector('[name=sort]').value === '{sort}'")
        assert browser.execute_script(read) == expected, sort


# "Said (Alpha) and <Beta> ... the day of 2013/6/16, 10-20, "yes", 20%, Ibn Sina, [two]."
TURNING = "قال (~Alpha~) و <Beta src=x> في يوم 2013~/~6~/~16 ثم 10~-~20~، «~نعم~» 20~% Ibn Sina [~اثنان~]~."
TURNING_FORMS = TURNING.replace("~", " ").split()
# The letters of an element from left to right, as they are painted, and those of the same text as one paragraph.
PAINTED = """const paint = (element) => {
  const glyphs = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) for (let place = 0; place < walker.currentNode.length; place += 1) {
    range.setStart(walker.currentNode, place);
    range.setEnd(walker.currentNode, place + 1);
    if (range.toString().trim()) glyphs.push([range.getBoundingClientRect().left, range.toString()]);
  }
  return glyphs.sort((one, other) => one[0] - other[0]).map((one) => one[1]).join("");
};
return [...document.querySelectorAll(".lines tbody td:not(.document)")].map((cell) => {
  const plain = document.createElement("p");
  plain.dir = "rtl";
  plain.style = "white-space: nowrap; font-size: 1.1rem; width: 3000px";
  plain.textContent = cell.textContent;
  document.body.append(plain);
  const painted = [plain.textContent.trim(), paint(cell), paint(plain)];
  plain.remove();
  return painted;
});"""


def write_turning_data_set(folder: Path) -> Path:
    """A sentence of signs, numbers and Latin words, which turn where each token is set by itself."""
    glued = re.findall(r"[^ ~]+~?", TURNING)
    words = tuple(
        Word(n, *[one.strip("~")] * 2, "X", "_", "_", str(n - 1), "dep" if n > 1 else "root", "_", misc)
        for n, one in enumerate(glued, start=1)
        for misc in ["SpaceAfter=No" if one.endswith("~") else "_"]
    )
    return write_random_data_set(folder, [Sentence(("# sent_id = d1-s1", "# text = -"), words, ())])


def test_a_line_is_painted_as_one_text(browser: Chrome, tmp_path: Path) -> None:
    root = write_turning_data_set(tmp_path / "data-set")
    with load_database(root) as database:
        list(write_static_page(database, tmp_path / "site"))
    with page.serve_corpus(root) as served, page.serve_files(tmp_path / "site") as static:
        for address in (served, static):
            page.show(browser, address, "view=search&q=[form=%22قال|يوم|نعم%22]")
            lines = browser.execute_script(PAINTED)
            assert len(lines) == 9, lines
            assert [painted for _, painted, _ in lines] == [plain for _, _, plain in lines]
            assert any("2013/6/16" in painted for _, painted, _ in lines)
            page.show(browser, address, "view=sentence&layer=auto&id=d1-s1")
            read = (
                "return [...document.querySelectorAll('.tree .form')].map((one) => one.getAttribute('direction'))"
            )
            directions = dict(zip(TURNING_FORMS, browser.execute_script(read), strict=True))
            assert {one for one, way in directions.items() if way == "ltr"} == {
                *("Alpha", "<Beta", "src=x>", "Ibn", "Sina")
            }


def test_lists_of_the_hits(browser: Chrome, address: str) -> None:
    page.show(browser, address, 'view=search&q=[upos="VERB"]&tab=values')
    cells = """return [...document.querySelectorAll('.list tbody tr')]
        .map((row) => [...row.cells].map((one) => one.textContent))"""
    assert browser.execute_script(cells) == [["كَتَب", "2", "66.7 %"], ["قَال", "1", "33.3 %"]]
    Select(find(browser, "select[name=attribute]")).select_by_value("feats.Aspect")
    page.wait_for(
        browser, "return document.querySelector('.list tbody tr')?.cells[0].textContent.startsWith('Perf')"
    )
    page.show(browser, address, "view=search&q=كلمات&tab=collocates&attribute=form&window=2")
    heads = [one.text for one in find_all(browser, ".list th")]
    assert heads == ["Value", "Near hits", "In all", "Log-likelihood", "logDice"]
    [[value, near, count, *_]] = browser.execute_script(cells)
    assert (value, near, count) == ("كلمات", "80", "80")
    page.show(browser, address, 'view=search&q=[upos="VERB"]&tab=documents')
    rows = browser.execute_script(cells)
    assert [row[1] for row in rows] == ["3", "0", "0"]
    widths = [one.size["width"] for one in find_all(browser, ".meter")]
    assert widths[0] > 20 and max(widths[1:]) <= 2


def test_what_the_help_shows_can_be_searched_for(browser: Chrome, address: str) -> None:
    page.show(browser, address, "view=help")
    for language in ("en", "ar"):
        if language == "ar":
            find(browser, "#language").click()
            page.wait_for(browser, "return document.documentElement.dir === 'rtl'")
            page.wait_until_drawn(browser)
        examples = [one.text for one in find_all(browser, ".examples code")]
        assert len(examples) > 10
        for text in examples:  # as a reader copies it from the page
            page.show(browser, address, f"view=search&q={quote(text)}")
            page.wait_for(browser, "return document.querySelector('#total')")
            assert not find_all(browser, "#error"), text
        page.show(browser, address, "view=help")


def test_plain_words_are_tokens_side_by_side(browser: Chrome, address: str) -> None:
    for text, count in PAIRS.items():
        page.show(browser, address, f"view=search&q={text}")
        wait_for_total(browser, f"{count} hits")
        page.show(browser, address, f"view=search&q={text}&tab=sql")
        shown = browser.execute_script("return document.querySelector('pre').textContent")
        assert shown == build_sql(parse_pattern(text), layer="auto")


def test_the_sql_is_shown(browser: Chrome, address: str) -> None:
    pattern = 'V:[upos="VERB"] >nsubj [word="كِتاب"%d]'
    page.show(browser, address, f"view=search&q={pattern}&tab=sql")
    shown = browser.execute_script("return document.querySelector('pre').textContent")
    assert shown == build_sql(parse_pattern(pattern), layer="auto")


def test_a_permalink(browser: Chrome, address: str) -> None:
    allowed = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    browser.execute_cdp_cmd("Browser.grantPermissions", allowed)
    page.show(browser, address, 'view=search&q=[upos="NOUN"]&sort=after&layer=gold')
    before = [one.text for one in find_all(browser, ".lines tbody tr")]
    find(browser, ".tools button").click()
    page.wait_for(browser, "return document.querySelector('.tools [role=status]').textContent === 'Copied.'")
    copied = browser.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    browser.get("about:blank")
    browser.get(copied)
    page.wait_until_drawn(browser)
    assert [one.text for one in find_all(browser, ".lines tbody tr")] == before
    assert len(before) == 3
    # Where the browser forbids it, the link stands there to be copied by hand.
    browser.execute_cdp_cmd("Browser.resetPermissions", {})
    browser.execute_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    find(browser, ".tools button").click()
    page.wait_for(browser, "return document.querySelector('.tools input')?.value === location.href")


def test_going_back_shows_what_was_there(browser: Chrome, address: str) -> None:
    page.show(browser, address, "view=search&q=كلمة")
    browser.execute_script("location.hash = '#view=help'")
    page.wait_for(browser, "return document.querySelector('.examples')")
    browser.back()
    page.wait_for(browser, "return document.querySelector('.lines')")
    assert find(browser, "#query").get_attribute("value") == "كلمة"


def measure_texts(browser: Chrome, selector: str) -> list[dict[str, Any]]:
    """Of each text of a drawing: its box, whether it stands upright, where its first and last letters are."""
    return list(
        browser.execute_script(
            """return [...document.querySelectorAll(arguments[0])].map((text) => {
                const { a, b, c, d } = text.getScreenCTM();
                const { left, right, top, bottom } = text.getBoundingClientRect();
                const count = text.getNumberOfChars();
                const [first, last] = [text.getExtentOfChar(0), text.getExtentOfChar(count - 1)];
                return { text: text.textContent, upright: a > 0 && d > 0 && b === 0 && c === 0, left, right, top,
                         bottom, count, first: first.x + first.width / 2, last: last.x + last.width / 2,
                         size: parseFloat(getComputedStyle(text).fontSize) };
            })""",
            selector,
        )
    )


def test_a_tree_reads_from_right_to_left(browser: Chrome, address: str) -> None:
    page.show(browser, address, SENTENCE)
    forms = measure_texts(browser, ".tree-scroll:nth-of-type(1) .word .form")[:7]
    assert [one["text"] for one in forms] == ["و", "قال", "رئيس", "كلمة", "ب", "المدينتين", "."]
    for one, following in pairwise(forms):
        assert one["left"] >= following["right"], (one, following)
    labels = measure_texts(browser, ".tree .relation .label")
    tags = measure_texts(browser, ".tree .upos")
    assert {"nsubj", "obj", "case", "root"} <= {one["text"] for one in labels}
    for one in [*forms, *labels, *tags]:
        assert one["upright"], one
    # A Latin label begins on its left, an Arabic form on its right.
    assert all(one["first"] < one["last"] for one in [*labels, *tags])
    assert all(one["first"] > one["last"] for one in forms if one["count"] > 1)
    # Arcs and labels stand above the words, the labels clear of each other.
    arcs = browser.execute_script(
        "return [...document.querySelectorAll('.tree .arc')].map((arc) => arc.getBoundingClientRect().bottom)"
    )
    assert max(arcs[:7]) <= min(one["top"] for one in forms)
    for number, one in enumerate(labels[:7]):
        for other in labels[number + 1 : 7]:
            apart = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert apart or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (one, other)


def test_an_arc_joins_the_middles_of_its_words(browser: Chrome, address: str) -> None:
    page.show(browser, address, SENTENCE)
    middle = """const word = document.querySelector(`.tree [data-id="${arguments[0]}"] .form`);
        return (({ left, right }) => (left + right) / 2)(word.getBoundingClientRect())"""
    arc = browser.execute_script(
        """const box = document.querySelector('.tree [data-dependent="3"] .arc').getBoundingClientRect();
        return [box.left, box.right]"""
    )
    # رئيس (3), the subject, stands to the left of its verb قال (2).
    assert arc[0] == pytest.approx(browser.execute_script(middle, 3), abs=2)
    assert arc[1] == pytest.approx(browser.execute_script(middle, 2), abs=8)


def test_clitics_stand_inside_their_token(browser: Chrome, address: str) -> None:
    page.show(browser, address, SENTENCE)
    frames = browser.execute_script(
        "return [...document.querySelectorAll('.tree .frame')].map((one) => one.getBoundingClientRect().toJSON())"
    )
    assert [one["text"] for one in measure_texts(browser, ".tree .token")][:2] == ["وقال", "بالمدينتين"]
    for frame, inside in zip(frames, ((1, 2), (5, 6)), strict=False):
        for number in range(1, 8):
            left, _, right, _ = get_box(browser, f'.tree [data-id="{number}"] .form')
            is_inside = frame["left"] <= left and right <= frame["right"]
            assert is_inside == (number in inside)


def test_a_long_sentence_scrolls_and_stays_legible(browser: Chrome, address: str) -> None:
    page.show(browser, address, "view=sentence&layer=auto&id=d3-p1-s1")
    forms = measure_texts(browser, ".tree .word .form")
    assert len(forms) == 80
    assert all(one["left"] >= two["right"] for one, two in pairwise(forms))
    assert min(one["size"] for one in [*forms, *measure_texts(browser, ".tree text")]) >= 11
    left, _, right, _ = get_box(browser, ".tree-scroll")
    # It begins with the first word, on the right; the last is reached by scrolling.
    assert left < forms[0]["left"] and forms[0]["right"] < right
    assert forms[-1]["left"] < left
    page.show(browser, address, "view=sentence&layer=auto&id=d3-p1-s1&mark=40")
    centred = """const [word, box] = ['.word.marked', '.tree-scroll'].map((one) =>
        document.querySelector(one).getBoundingClientRect());
        return Math.abs(word.left + word.right - box.left - box.right) < 4"""
    page.wait_for(browser, centred)
    browser.execute_script("document.querySelector('.tree-scroll').scrollLeft = -1e6")
    assert measure_texts(browser, ".tree .word .form")[-1]["left"] > left
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")


def test_hovering_a_word_shows_its_lemma_features_and_place(browser: Chrome, address: str) -> None:
    page.show(browser, address, SENTENCE)
    word = find(browser, '.tree [data-id="6"]')
    ActionChains(browser).move_to_element(word.find_element(By.CSS_SELECTOR, ".form")).perform()
    page.wait_for(browser, "return document.querySelector('.raw mark.token')?.textContent === 'بالمدينتين'")
    assert find(browser, ".raw mark.word").text == "المدينتين"
    assert find(browser, ".raw").text == "وقال رئيس كلمة بالمدينتين."
    details = find(browser, ".details").text
    assert "مَدِينَة" in details and "Case=Gen" in details and "Definite=Def" in details
    assert "مَدِينَة" in word.find_element(By.TAG_NAME, "title").get_attribute("textContent")
    ActionChains(browser).move_to_element(find(browser, '.tree [data-id="2"] .form')).perform()
    page.wait_for(browser, "return document.querySelector('.details').textContent.includes('Confidence 0.980')")
    assert find(browser, "#ud-level").text == "5"


def test_gold_and_auto_side_by_side(browser: Chrome, address: str) -> None:
    page.show(browser, address, SENTENCE)
    assert len(find_all(browser, ".tree")) == 2
    different = find_all(browser, ".tree .relation.different")
    assert [one.get_attribute("data-dependent") for one in different] == ["6", "6"]
    colours = {
        browser.execute_script("return getComputedStyle(document.querySelector(arguments[0])).stroke", selector)
        for selector in (".tree .relation.different .arc", ".tree .relation:not(.different) .arc")
    }
    assert len(colours) == 2
    assert find(browser, "#comparison caption").text == "1 words differ"
    assert [one.text for one in find_all(browser, "#comparison td.different")] == ["2", "obl", "4", "nmod"]


def test_a_hostile_document_stays_text(browser: Chrome, address: str) -> None:
    for view in ("view=search&q=كتاب", "view=sentence&layer=auto&id=d2-p1-s1", "view=search&q=<img onerror%3D1>"):
        page.show(browser, address, view)
        assert not find_all(browser, "img, main script, iframe")
        attributes = """return [...document.querySelectorAll('main *')].flatMap((one) => [...one.attributes])
            .map((one) => one.value).join()"""
        assert "\u202e" not in browser.execute_script(attributes)
        assert browser.title.endswith("Mudawwana")
        if view.endswith("s1"):
            assert '<img src=x onerror="document.title=1">' in find(browser, ".raw").text
            # The override is shown, not obeyed: no text of the page holds one (isolates are the tooltips' own).
            assert find(browser, ".raw .control").text == "U+202E"
            text = browser.execute_script("return document.querySelector('main').textContent")
            assert "U+202E" in text and not set(text) & set("\u202a\u202b\u202c\u202d\u202e")


def test_every_bar_of_the_overview_leads_to_its_search(browser: Chrome, address: str) -> None:
    page.show(browser, address, "view=overview")
    charts = [one.get_attribute("id") for one in find_all(browser, ".chart")]
    assert charts == [f"chart-{name}" for name in ("upos", "deprel", "feats", "length", "clitics", "tokens")]
    links = find_all(browser, ".chart a")
    assert len(links) > 20 and all("q=" in link.get_attribute("href") for link in links)
    # Bars are as long as their counts say.
    bars = find_all(browser, "#chart-upos .meter")
    counts = [int(one.text) for one in find_all(browser, "#chart-upos .metered > :last-child")]
    lengths = [bar.size["width"] for bar in bars]
    assert lengths[1] / lengths[0] == pytest.approx(counts[1] / counts[0], abs=0.03)
    find(browser, '#chart-upos a[href*="PRON"]').click()
    wait_for_total(browser, "1 hits")


def test_files_to_keep(browser: Chrome, address: str, downloads: Path) -> None:
    page.show(browser, address, 'view=search&q=[upos="VERB"]')
    rows = list(csv.DictReader(io.StringIO(download(browser, downloads, "Download CSV", "hits.csv").decode())))
    assert [row["w1"] for row in rows] == ["2:قال", "2:كتبوا", "1:كتبوا"]
    assert rows[1]["before"] == "هل" and rows[1]["after"] == "؟"
    conllu = download(browser, downloads, "Download CoNLL-U", "hits.conllu").decode()
    assert conllu == ANNOTATED["auto"]["d1"]
    page.show(browser, address, SENTENCE)
    svg = download(browser, downloads, "Download SVG", "d1-p1-s1.auto.svg")
    drawing = ET.fromstring(svg)  # noqa: S314
    words = drawing.findall('.//{http://www.w3.org/2000/svg}text[@class="form"]')
    assert [word.text for word in words] == ["و", "قال", "رئيس", "كلمة", "ب", "المدينتين", "."]
    places = [float(word.get("x", "nan")) for word in words]
    assert places == sorted(places, reverse=True)
    png = download(browser, downloads, "Download PNG", "d1-p1-s1.auto.png")
    width, height = struct.unpack(">II", png[16:24])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    # Three pixels to a point, for print.
    sizes = [3 * float(drawing.get(name, "nan")) for name in ("width", "height")]
    assert [width, height] == pytest.approx(sizes, abs=3)


def download(browser: Chrome, downloads: Path, label: str, name: str) -> bytes:
    path = downloads / name
    path.unlink(missing_ok=True)
    find(browser, f'[aria-label="{label}"]').click()
    end = time.monotonic() + page.WAIT_SECONDS
    # The browser may take the name with an empty file, and puts the whole one in its place.
    while not path.exists() or not path.stat().st_size:
        assert time.monotonic() < end, f"{name} does not come"
        time.sleep(0.02)
    return path.read_bytes()


def test_keys_alone_suffice(browser: Chrome, address: str) -> None:
    page.show(browser, address, SENTENCE)
    find(browser, '.tree [data-id="1"]').send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT)
    focused = "return document.activeElement.dataset.id"
    assert browser.execute_script(focused) == "3"
    assert "رَئِيس" in find(browser, ".details").text
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert browser.execute_script(focused) == "2"
    browser.switch_to.active_element.send_keys(Keys.END)
    assert browser.execute_script(focused) == "7"
    # One stop of the tab key a tree, then the drawing's buttons.
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("aria-label") == "Download SVG"


def test_arabic_interface(browser: Chrome, address: str) -> None:
    page.show(browser, address, "view=overview")
    find(browser, "#language").click()
    page.wait_for(browser, "return document.documentElement.lang === 'ar'")
    page.wait_until_drawn(browser)
    assert find(browser, "h1").text == "نظرة عامة"
    assert "فعل" in find(browser, '#chart-upos a[href*="VERB"]').text
    assert "مفعول به" in find(browser, '#chart-deprel a[href*="obj"]').text
    page.show(browser, address, SENTENCE)  # the choice is kept
    assert find(browser, "h1").text.startswith("جملة")
    # Every text of the interface has its Arabic: no key or English text shines through.
    english = """return [...document.querySelectorAll('button, h2, dt, th, label, summary, caption, nav a')]
            .filter((one) => !one.closest('[lang=en]')).map((one) => one.textContent)
            .filter((text) => /[A-Za-z]{3}/u.test(text))"""
    assert set(browser.execute_script(english)) <= {"SVG", "PNG"}


TRANSLATE = """const [messages, done] = arguments;
import(new URL('messages.js', location.href))
  .then(({ translateMessage }) => done(messages.map(translateMessage)), (error) => done([String(error)]))"""


def test_errors_are_said_in_arabic(browser: Chrome, addresses: dict[str, str]) -> None:
    page.show(browser, addresses["served"], "view=help")
    messages = ["word_id cannot be counted by; lemma can", "the pattern names no word W; it has V", "else"]
    messages += [STOPPED, "the search needs more memory than there is; ask for less at once."]
    messages.append("the explorer has been stopped.")
    for text in PLACES:
        with pytest.raises(PatternError) as caught:
            parse_pattern(text)
        messages.append(str(caught.value))
    found = browser.execute_async_script(TRANSLATE, messages)
    # What is not said in Arabic is a sign or a word of the pattern language, and stands by itself.
    words = [re.sub("\u2066.*?\u2069", "", text) for text in found]
    assert [text for text in words if re.search("[A-Za-z]", text)] == ["else"]
    assert all(re.search("[\u0621-\u064a]{3}", text) for text in words if text != "else")
    find(browser, "#language").click()
    page.wait_for(browser, "return document.documentElement.lang === 'ar'")
    search(browser, addresses["served"], "[upos=VERB]")
    assert find(browser, "#error").text.startswith("الحرف 7: \u2066upos\u2069 يُقارن بنص بين علامتي اقتباس")


def test_dark_mode(browser: Chrome, address: str) -> None:
    read = "return getComputedStyle(document.body).backgroundColor"
    colours = {}
    for scheme in ("light", "dark"):
        page.set_scheme(browser, scheme)
        page.show(browser, address, "view=search&q=كلمة")
        colours[scheme] = browser.execute_script(read)
    assert colours == {"light": "rgb(255, 255, 255)", "dark": "rgb(21, 24, 28)"}
    # The reader's own choice goes before the system's.
    find(browser, "#theme").click()
    assert browser.execute_script(read) == colours["light"]
    find(browser, "#theme").click()
    page.set_scheme(browser, "light")
    assert browser.execute_script(read) == colours["dark"]


VIEWS = (
    *("view=overview", "view=help", SENTENCE, "view=sentence&layer=auto&id=none", 'view=search&q=[upos="VERB" x]'),
    *(
        f'view=search&q=[upos="NOUN"]&tab={tab}'
        for tab in ("concordance", "values", "collocates", "documents", "sql")
    ),
)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation(
    browser: Chrome, addresses: dict[str, str], scheme: str, language: str
) -> None:
    from axe_core_python.selenium import Axe

    page.set_scheme(browser, scheme)
    page.show(browser, addresses["served"], "view=help")
    browser.execute_script("localStorage.setItem('language', arguments[0])", language)
    try:
        for view in VIEWS:
            page.show(browser, addresses["served"], view)
            if view == SENTENCE:
                find(browser, "summary").click()
                find(browser, ".tree .word").click()
            found = Axe().run(browser)
            assert found["passes"]
            serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
            assert not serious, (
                view,
                [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in serious],
            )
    finally:
        page.set_scheme(browser, "light")


def test_a_phone_s_screen(browser: Chrome, address: str) -> None:
    size = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for view in VIEWS:
            page.show(browser, address, view)
            assert browser.execute_script("return document.documentElement.scrollWidth") <= 390, view
        page.show(browser, address, "view=search&q=كلمة")
        left, _, right, _ = get_box(browser, ".lines .hit a")
        assert left > 0 and right < 390
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


ASK = """const [name, asked, done] = arguments;
import(new URL('static_backend.js', location.href))
  .then(({ open }) => open()).then((backend) => Promise.all(asked.map((one) => backend[name](one))))
  .then(done, (error) => done({ error: String(error) }))"""
PARSE = """const [texts, done] = arguments;
Promise.all(['query.js', 'static_backend.js'].map((name) => import(new URL(name, location.href))))
  .then(async ([{ parsePattern }, { open }]) => {
    const { corpus } = await open();
    return texts.map((text) => {
      try { parsePattern(text, corpus); } catch ({ message, place }) { return [message, place]; }
      return null;
    });
  }).then(done, (error) => done({ error: String(error) }))"""


def test_the_browser_points_at_the_same_character_as_the_server(
    browser: Chrome, addresses: dict[str, str]
) -> None:
    chance = random.Random(13)  # noqa: S311
    texts = [*PLACES, *(make_text(chance) for _ in range(1000))]
    page.show(browser, addresses["static"], "view=help")
    assert browser.execute_async_script(PARSE, texts) == [find_fault(text) for text in texts]


def find_fault(text: str) -> list[Any] | None:
    try:
        parse_pattern(text)
    except PatternError as error:
        return [str(error), error.place]
    return None


def test_static_files_answer_as_the_server_does(browser: Chrome, tmp_path: Path) -> None:
    chance = random.Random(12)  # noqa: S311
    patterns = [make_pattern(chance).text for _ in range(50)]
    asked = [
        {"q": text, "layer": "auto", "sort": SORTS[number % len(SORTS)], "start": 0, "size": 1000}
        for number, text in enumerate(patterns)
    ]
    lists = [{"q": text, "layer": "auto", "attribute": "form"} for text in patterns]
    with load_database(write_random_data_set(tmp_path / "data-set", make_sentences(chance, 40))) as database:
        searcher = Searcher(database)
        pages = [searcher.find_page(one["q"], "auto", sort=one["sort"], start=0, size=1000) for one in asked]
        expected = {
            "values": [searcher.count_values(one, "auto", item="", attribute="form") for one in patterns],
            "collocates": [searcher.score_collocates(one, "auto", attribute="form", window=3) for one in patterns],
            "documents": [searcher.count_documents(one, "auto") for one in patterns],
        }
        list(write_static_page(database, tmp_path / "site"))
    assert sum(bool(one["hits"]) for one in pages) > 25
    with page.serve_files(tmp_path / "site") as address:
        page.show(browser, address, "view=help")
        numbers = ["[word_id=1234567]", "[upos_prob<0.25]", '[feats.Number[psor]="Sing" & is_mwt!="true"]']
        statements = browser.execute_async_script(ASK, "sql", [{"q": one} for one in [*patterns, *numbers]])
        assert [one["sql"] for one in statements] == [
            build_sql(parse_pattern(one)) for one in [*patterns, *numbers]
        ]
        found = browser.execute_async_script(ASK, "search", asked)
        assert [describe_page(one) for one in found] == [describe_page(one) for one in pages]
        for name, answers in expected.items():
            for own, others in zip(browser.execute_async_script(ASK, name, lists), answers, strict=True):
                assert round_numbers(own) == round_numbers(others), name


PIECES = """return [...document.querySelectorAll('section > p code')].map((code) => {
  const range = document.createRange();
  return [...code.textContent].map((_, at) => {
    range.setStart(code.firstChild, at);
    range.setEnd(code.firstChild, at + 1);
    return [range.toString(), range.getBoundingClientRect().left];
  });
})"""


def test_patterns_in_the_help_read_from_left_to_right(browser: Chrome, address: str) -> None:
    page.show(browser, address, "view=help")
    find(browser, "#language").click()
    page.wait_for(browser, "return document.documentElement.dir === 'rtl'")
    page.wait_until_drawn(browser)
    pieces = browser.execute_script(PIECES)
    assert {"[]{0,3}", "A >nsubj B", "nsubj:*", "%d"} <= {"".join(one for one, _ in piece) for piece in pieces}
    for piece in pieces:
        assert [left for _, left in piece] == sorted(left for _, left in piece), piece


FOLD = """const [texts, done] = arguments;
import(new URL('static_backend.js', location.href)).then(({ open }) => open())
  .then((backend) => texts.map(backend.fold)).then(done, (error) => done(String(error)))"""
FOLDED_LETTERS = "ابتكلمهويةأإآٱؤئىکیہۀءـ٠٢۵9Abéﻻ\u064b\u064e\u0651\u0652\u0653\u0654\u0655\u0670\u200c\u200f "


def test_the_page_folds_as_python_does(browser: Chrome, tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311
    words = ["ـها", *("".join(chance.choices(FOLDED_LETTERS, k=chance.randint(1, 8))) for _ in range(1000))]
    with load_database(write_turning_data_set(tmp_path / "data-set")) as database:
        list(write_static_page(database, tmp_path / "site"))
    with page.serve_files(tmp_path / "site") as address:
        page.show(browser, address, "view=help")
        assert browser.execute_async_script(FOLD, words) == [fold_for_search(word) for word in words]


CSV = """const done = arguments[0];
import(new URL('static_backend.js', location.href)).then(({ open }) => open())
  .then((backend) => backend.file('csv', { q: '[]', layer: 'auto' })).then((file) => file.text())
  .then(done, (error) => done(String(error)))"""


def test_a_csv_of_static_files_has_no_formula(browser: Chrome, tmp_path: Path) -> None:
    with load_database(write_random_data_set(tmp_path / "data-set", [make_formulas()])) as database:
        searcher = Searcher(database)
        expected = list(searcher.iter_csv_rows(searcher.find("[]", "auto")))
        list(write_static_page(database, tmp_path / "site"))
    with page.serve_files(tmp_path / "site") as address:
        page.show(browser, address, "view=help")
        text = browser.execute_async_script(CSV)
    assert list(csv.reader(io.StringIO(text, newline=""))) == expected


def describe_page(found: dict[str, Any]) -> dict[str, Any]:
    """What a page of hits says, but for words of sentences, of which a few suffice."""
    hits = [{**hit, "words": hit["words"][:2]} for hit in found["hits"]]
    return round_numbers({"names": found["names"], "span": found["span"], "capped": found["capped"], "hits": hits})


def round_numbers(answer: Any) -> Any:
    """Two languages' logarithms differ from the tenth digit on, and so may the order of what is equal."""

    def spell(text: str) -> str:
        return f"{float(text):.9g}"

    found = json.loads(json.dumps(answer), parse_float=spell, parse_int=spell)
    if found.get("rows") and len(found["rows"][0]) == 5:
        found["rows"].sort()
    return found
