"""A chromium to test the page in, where the machine has one; and the two ways in which the page is served."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

WAIT_SECONDS = 20
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Without a sandbox, as tests often run as root, which chromium then refuses; and it asks nothing of the network.
_ARGUMENTS = (
    *("headless=new", "no-sandbox", "disable-dev-shm-usage", "hide-scrollbars", "lang=en-US"),
    *("window-size=1200,1000", "no-first-run", "disable-background-networking", "disable-component-update"),
)
_EXPLORE = "from mudawwana.cli import main; main()"


def find_programs() -> tuple[str, str] | None:
    """The paths of a browser and of its driver; None where one of them is missing. Nothing is downloaded."""
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


MISSING = (
    "no browser: chromium and chromedriver are not on this machine's PATH "
    "(Debian: apt-get install chromium chromium-driver)"
)


@contextmanager
def open_browser(downloads: Path | None = None) -> Iterator[Chrome]:
    """A browser without a window, 1200 pixels wide, in English; files that it saves go to `downloads`."""
    programs = find_programs()
    if not programs:
        raise RuntimeError(MISSING)
    options = ChromeOptions()
    options.binary_location = programs[0]
    for argument in _ARGUMENTS:
        options.add_argument(f"--{argument}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # What it leaves behind otherwise, it leaves in here.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        service = Service(programs[1], env=os.environ | {"TMPDIR": folder})
        browser = Chrome(options=options, service=service)
        try:
            browser.set_script_timeout(WAIT_SECONDS)
            if downloads:
                allowed = {"behavior": "allow", "downloadPath": str(downloads)}
                browser.execute_cdp_cmd("Browser.setDownloadBehavior", allowed)
            yield browser
        finally:
            browser.quit()


@contextmanager
def serve_corpus(root: Path, *options: str) -> Iterator[str]:
    """The address of the page of `mudawwana explore` in a process of its own."""
    with _start("-c", _EXPLORE, "explore", str(root), "--no-browse", *options) as line:
        yield line.strip()


@contextmanager
def serve_files(folder: Path) -> Iterator[str]:
    """The address of the folder, served by `python -m http.server`."""
    with _start("-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)) as line:
        yield line[line.index("(") + 1 : line.index(")")]


@contextmanager
def _start(*arguments: str) -> Iterator[str]:
    """The first line that a Python process prints; it ends with the block."""
    command = [sys.executable, *arguments]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            yield process.stdout.readline()
        finally:
            process.terminate()


def show(browser: Chrome, address: str, view: str) -> None:
    """Opens the page anew at this view (`search?q=...` after the #) and waits until it is drawn."""
    browser.get("about:blank")  # else only the part after # would change
    browser.get(f"{address}#{view}")
    wait_until_drawn(browser)


def wait_until_drawn(browser: Chrome) -> None:
    script = "return document.querySelector('main > .view') && !document.querySelector('main[aria-busy]')"
    wait_for(browser, script)


def wait_for(browser: Chrome, script: str, *arguments: object) -> Any:
    """What the script returns, once that is true."""
    return WebDriverWait(browser, WAIT_SECONDS, poll_frequency=0.05).until(
        lambda _: browser.execute_script(script, *arguments)
    )


def set_scheme(browser: Chrome, scheme: str) -> None:
    """`light` or `dark`, as if the system said so."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
