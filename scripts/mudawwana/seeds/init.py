"""Lay out a new corpus."""

import json
import tomllib
from datetime import date
from importlib import resources
from pathlib import Path
from string import Template

from mudawwana.base.errors import SettingsError
from mudawwana.base.files import write_text_atomically
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.names import derive_name
from mudawwana.seeds.settings import Settings
from mudawwana.seeds.table import COLUMNS


def init_corpus(root: Path, name: str) -> list[Path]:
    """Writes the folders and files of an empty corpus; the paths written. What stands there already stays.

    A corpus's name has letters A-Z; from another one it is derived (`derive_name`), which then is the title.

    Raises SettingsError, with nothing written, where there is a corpus already.
    """
    layout = CorpusLayout(root)
    if layout.settings_path.exists():
        raise SettingsError(f"{layout.settings_path}: there is a corpus already; choose another folder.")
    texts = {
        layout.settings_path: _fill_template("corpus.toml", name),
        layout.documents_path: ",".join(COLUMNS) + "\n",
        # git keeps no empty folder
        layout.auto_dir / ".gitkeep": "",
        layout.gold_dir / ".gitkeep": "",
        layout.corpus_dir / ".gitkeep": "",
        root / "README.md": _fill_template("README.md", name),
        root / ".gitignore": _fill_template("gitignore", name),
    }
    written = [path for path in texts if not path.exists()]
    for path in written:
        write_text_atomically(path, [texts[path]])
    return written


def find_unstated(settings: Settings) -> dict[str, str]:
    """What of corpus.toml nobody has said yet: keys of what still is as `init_corpus` writes it, with that value.

    What is true of every new corpus (title, variety, contact ...) may stay.
    """
    template = tomllib.loads(_fill_template("corpus.toml", ""))["corpus"]
    keys = ("licence", "personal_data", "text_source", "text_licence")
    found = {key: value for key in keys if (value := getattr(settings, key)) == template[key]}
    [prefix] = template["curators"]
    curators = [curator for curator in settings.curators if curator.startswith(prefix)]
    return found | ({"curators": ", ".join(curators)} if curators else {})


def _fill_template(file: str, name: str) -> str:
    template = (resources.files("mudawwana.seeds") / "templates" / file).read_text(encoding="utf-8")
    # A title may be any text; in TOML it stands in quotation marks.
    title = json.dumps(name, ensure_ascii=False)[1:-1] if file.endswith(".toml") else name
    return Template(template).substitute(name=derive_name(name), title=title, today=date.today().isoformat())
