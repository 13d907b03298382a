"""Takes the README's pictures of the explorer anew: python tests/take_screenshots.py

Of the shipped corpus, so that they show what `mudawwana explore` shows in this repository; in light and dark.
Needs chromium and chromedriver, and a font with Arabic (Debian: fonts-noto-core).
"""

import io
from pathlib import Path

from PIL import Image

import browser as page

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "scripts" / "mudawwana" / "explore" / "screenshots"
SIZE = (1100, 720)
COLOURS = 64  # enough for text, and a third of the bytes
VIEWS = {
    "concordance": 'view=search&q=V:[upos="VERB"] >obj O:[]&sort=hit',
    "sentence": "view=sentence&layer=auto&id=000_15940584731ed4aa-p1-s1&mark=2",
}


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with page.open_browser() as browser, page.serve_corpus(ROOT) as address:
        size = {"width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for scheme in ("light", "dark"):
            page.set_scheme(browser, scheme)
            for name, view in VIEWS.items():
                page.show(browser, address, view)
                with Image.open(io.BytesIO(browser.get_screenshot_as_png())) as image:
                    image.convert("RGB").quantize(COLOURS).save(TARGET / f"{name}-{scheme}.png", optimize=True)


if __name__ == "__main__":
    main()
