import os
import tempfile
from pathlib import Path

# Before datasets and torch are imported: no network, no cache of the user's, no threads that fight for the cores.
os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": tempfile.mkdtemp(prefix="mudawwana-"), "OMP_NUM_THREADS": "1"}

import pytest

from mudawwana.annotate.models import Models, load_models
from mudawwana.base.layout import CorpusLayout
from mudawwana.seeds.init import init_corpus
from mudawwana.seeds.settings import EMBEDDED

REPOSITORY = Path(__file__).parent.parent

ARTICLE = "\n".join(
    (
        "افتتاح مكتبة عامة جديدة في الدار البيضاء",
        "",
        "افتتحت بلدية المدينة صباح اليوم مكتبةً عامةً تضم نحو ٢٥٬٠٠٠ كتاب، وقالت مديرتها ليلى بنّاني: «سَتَكُونُ "
        "أبوابها مفتوحة للجميع». وحضر الافتتاح عدد كبير من الكتّاب والطلاب.",
        "هل تكفي مكتبة واحدة لمدينة كبيرة؟ يجيب أحد الزوار بأنه يأمل أن تُفتح مكتبات أخرى في السنوات"
        " المقبلة؛ فالقراءة (كما يقول) حقّ لكل طفل.",
        "\u200fتبلغ كلفة المشروع 3.5 مليون درهم\u00a0تقريباً، وﻻ تشمل الأجهزة التي تبرعت بها شركة ACME.",
        "",
    )
)
"""Written for the tests: headline, vowels, Arabic punctuation and digits, no-break space, ligature, bidi mark."""


@pytest.fixture(scope="session")
def models() -> Models:
    """The real embedded pipeline, loaded once."""
    return load_models(EMBEDDED)


@pytest.fixture
def corpus(tmp_path: Path) -> CorpusLayout:
    """A fresh corpus with the article above."""
    root = tmp_path / "library"
    init_corpus(root, "library")
    (root / "seeds" / "article.txt").write_text(ARTICLE, encoding="utf-8")
    return CorpusLayout(root)
