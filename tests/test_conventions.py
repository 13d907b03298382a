"""Each rule that brings UD_Arabic-PUD's habits into UD's, on an own sentence, and all of them on the treebank."""

import os
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from conftest import REPOSITORY
from mudawwana.base.conllu_io import read_conllu, write_conllu
from mudawwana.base.records import MultiwordToken, Sentence, Word
from mudawwana.training import conventions
from mudawwana.training.clitic_tokens import join_clitics
from mudawwana.training.conventions import convert_sentence, convert_treebank
from mudawwana.validate.corpus import check_ud

TREEBANK = Path(os.environ.get("MUDAWWANA_TREEBANK", REPOSITORY.parent / "shared" / "treebank" / "ar_pud.conllu"))
PRONOUN = "Gender=Masc|Number=Sing|Person=3|PronType=Prs"
IMPERFECT = "Aspect=Imp|Gender=Masc|Mood=Ind|Number=Sing|Person=3|Tense=Pres|Voice=Act"
PERFECT = "Aspect=Perf|Gender=Masc|Number=Sing|Person=3|Tense=Past|Voice=Act"
DEFINITE = "Case=Gen|Definite=Def|Gender=Masc|Number=Sing"


class Example(NamedTuple):
    """One rule on one sentence."""

    rule: str
    rows: str
    """A word a line: form lemma UPOS XPOS FEATS head relation; "+" behind the form joins it to the next word."""
    expected: dict[int, str]
    """Word id -> what stands there afterwards: "UPOS relation head", and features that must be among its own."""


EXAMPLES = (
    Example(
        "auxiliary-particle",
        f"""س+ سَ PART RP _ 2 compound:prt
        يصل وَصَل VERB VBC {IMPERFECT} 0 root
        الضيف ضَيف NOUN NN Case=Nom|Definite=Def 2 nsubj""",
        {1: "AUX aux 2", 2: "VERB root 0 Mood=Ind Tense=Fut"},
    ),
    Example(
        "auxiliary-particle",  # before an auxiliary it belongs to the predicate, wherever the treebank has it
        f"""قد قَد PART RP _ 2 compound:prt
        يكون كَان AUX VBC {IMPERFECT} 3 cop
        مريضا مَرِيض ADJ JJ Case=Acc|Definite=Ind 0 root""",
        {1: "AUX aux 3"},
    ),
    Example(
        "modal-particle",
        f"""ربما ربما ADV RB _ 2 advmod
        وصل وَصَل VERB VBC {PERFECT} 0 root""",
        {1: "AUX aux 2"},
    ),
    Example(
        "opening-conjunction",
        f"""و+ و PART RP _ 2 compound:prt
        نام نَام VERB VBC {PERFECT} 0 root""",
        {1: "CCONJ cc 2"},
    ),
    Example(
        "adversative",
        f"""نام نَام VERB VBC {PERFECT} 0 root
        لكن+ لٰكِنَّ ADP IN _ 4 mark
        ه هُوَ PRON PRP {PRONOUN} 4 nsubj
        تعب تَعِب VERB VBC {PERFECT} 1 advcl""",
        {2: "CCONJ cc 4", 3: "PRON nsubj 4 Case=Acc", 4: "VERB conj 1"},
    ),
    Example(
        "that-particle",
        f"""قال قَال VERB VBC {PERFECT} 0 root
        إن+ إِنَّ ADP IN _ 4 mark
        ه هُوَ PRON PRP {PRONOUN}|Case=Gen 4 nsubj
        مريض مَرِيض ADJ JJ Case=Nom|Definite=Ind 1 ccomp""",
        {2: "SCONJ mark 4", 3: "PRON nsubj 4 Case=Acc"},
    ),
    Example(
        "fixed-conjunction",
        f"""نام نَام VERB VBC {PERFECT} 0 root
        غير غَير PART RP _ 5 compound:prt
        أن أَنَّ PART RP _ 2 fixed
        الجار جَار NOUN NN Case=Acc|Definite=Def 5 nsubj
        سهر سَهِر VERB VBC {PERFECT} 1 advcl""",
        {2: "PART cc 5 ExtPos=CCONJ", 3: "SCONJ fixed 2", 5: "VERB conj 1"},
    ),
    Example(
        "fixed-conjunction",  # كما أن stays two words
        f"""كما كَما PART RP _ 4 compound:prt
        أن+ أَنَّ PART RP _ 1 fixed
        ه هُوَ PRON PRP {PRONOUN} 4 nsubj
        كتب كَتَب VERB VBC {PERFECT} 0 root""",
        {1: "CCONJ cc 4", 2: "SCONJ mark 4"},
    ),
    Example(
        "main-clause-inna",
        """إن إِنَّ PART RP _ 3 compound:prt
        البيت بَيت NOUN NN Case=Acc|Definite=Def 3 nsubj
        واسع وَاسِع ADJ JJ Case=Nom|Definite=Ind 0 root""",
        {1: "PART advmod:emph 3"},
    ),
    Example(
        "subordinator",
        f"""نام نَام VERB VBC {PERFECT} 0 root
        عندما عِند ADP IN _ 3 mark
        تعب تَعِب VERB VBC {PERFECT} 1 advcl""",
        {2: "SCONJ mark 3"},
    ),
    Example(
        "other-particle",
        f"""غالبا غَالِب ADV RB _ 3 advmod
        ما مَا PART RP _ 3 compound:prt
        ينام نَام VERB VBC {IMPERFECT} 0 root""",
        {2: "PART advmod:emph 3"},
    ),
    Example(
        "other-particle",  # a negation
        f"""ما مَا PART RP _ 2 compound:prt
        نام نَام VERB VBC {PERFECT} 0 root""",
        {1: "PART advmod 2 Polarity=Neg"},
    ),
    Example(
        "negative-copula",
        """البيت بَيت NOUN NN Case=Nom|Definite=Def 3 nsubj
        ليس لَيسَ PART RP Polarity=Neg 3 advmod
        قصرا قَصر NOUN NN Case=Acc|Definite=Ind 0 root""",
        {2: "AUX cop 3 Aspect=Perf"},
    ),
    Example(
        "demonstrative",
        """هذا هٰذا PRON PDEM Case=Nom|PronType=Dem 2 det
        البيت بَيت NOUN NN Case=Nom|Definite=Def 3 nsubj
        واسع وَاسِع ADJ JJ Case=Nom|Definite=Ind 0 root""",
        {1: "DET det 2 PronType=Dem"},
    ),
    Example(
        "construct-state",
        f"""باب بَاب NOUN NN {DEFINITE} 0 root
        بيت+ بَيت NOUN NN {DEFINITE} 1 nmod
        ه هُوَ PRON PRP {PRONOUN}|Case=Gen 2 nmod
        الكبير كَبِير ADJ JJ {DEFINITE} 1 amod""",
        {1: "NOUN root 0 Definite=Cons", 2: "NOUN nmod 1 Definite=Cons", 4: "ADJ amod 1 Definite=Def"},
    ),
    Example(
        "construct-state",  # improper annexation
        f"""الرجل رَجُل NOUN NN {DEFINITE} 0 root
        الطويل طَوِيل ADJ JJ {DEFINITE} 1 amod
        القامة قَامَة NOUN NN {DEFINITE} 2 obl""",
        {1: "NOUN root 0 Definite=Def", 2: "ADJ amod 1 Definite=Com", 3: "NOUN obl 2 Definite=Def"},
    ),
    Example(
        "indefinite-noun",
        """كتاب كِتَاب NOUN NN Case=Nom|Definite=Def 0 root
        في فِي ADP IN _ 3 case
        الأدب أَدَب NOUN NN Case=Gen|Definite=Def 1 nmod""",
        {1: "NOUN root 0 Definite=Ind"},
    ),
    Example(
        "article-behind-l",
        f"""تاريخ تَارِيخ NOUN NN Case=Nom|Definite=Ind 0 root
        ل+ لِ ADP IN _ 3 case
        لغة لُغَة NOUN NN {DEFINITE} 1 nmod""",
        {1: "NOUN root 0 Definite=Ind", 3: "NOUN nmod 1 Definite=Def"},
    ),
    Example(
        "resumptive-pronoun",
        f"""البيت بَيت NOUN NN Case=Nom|Definite=Def 0 root
        الذي الَّذِي PRON REL Case=Nom|PronType=Rel 3 obl
        سكن سَكَن VERB VBC {PERFECT} 1 acl:relcl
        في+ فِي ADP IN _ 2 case
        ه هُوَ PRON PRP {PRONOUN} 2 dep
        أحمد أَحمَد PROPN NNP _ 3 nsubj""",
        {2: "PRON dislocated 3", 4: "ADP case 5", 5: "PRON obl 3 Case=Gen"},
    ),
    Example(
        "relative-beside-resumptive",
        f"""الكتاب كِتَاب NOUN NN Case=Nom|Definite=Def 0 root
        الذي الَّذِي PRON REL Case=Nom|PronType=Rel 3 obj
        كتب+ كَتَب VERB VBC {PERFECT} 1 acl:relcl
        ه هُوَ PRON PRP {PRONOUN}|Case=Gen 3 dep
        أحمد أَحمَد PROPN NNP _ 3 nsubj""",
        {2: "PRON dislocated 3", 4: "PRON obj 3 Case=Acc"},
    ),
    Example(
        "joined-relative",
        """المدينة مَدِينَة NOUN NN Case=Nom|Definite=Def 0 root
        و+ و PART RP _ 4 compound:prt
        التي الَّذِي PRON REL Case=Nom|PronType=Rel 4 nsubj
        كبرت كَبُر VERB VBC Aspect=Perf|Gender=Fem|Number=Sing|Person=3|Tense=Past|Voice=Act 1 advcl""",
        {2: "CCONJ cc 4", 3: "PRON nsubj 4", 4: "VERB acl:relcl 1"},
    ),
    Example(
        "preposition-clause",
        f"""شدد شَدَّد VERB VBC {PERFECT} 0 root
        على عَلَى ADP IN _ 5 case
        أن أَنَّ SCONJ IN _ 5 mark
        الوقت وَقت NOUN NN Case=Acc|Definite=Def 5 nsubj
        ضيق ضَيِّق ADJ JJ Case=Nom|Definite=Ind 1 xcomp""",
        {2: "ADP mark 5", 3: "SCONJ mark 5", 5: "ADJ ccomp 1"},
    ),
    Example(
        "preposition-clause",  # an adjunct
        f"""نام نَام VERB VBC {PERFECT} 0 root
        بعد بَعدَ ADP IN _ 4 case
        أن أَن ADP IN _ 4 mark
        تعب تَعِب VERB VBC {PERFECT} 1 xcomp""",
        {2: "ADP mark 4", 3: "SCONJ mark 4", 4: "VERB advcl 1"},
    ),
    Example(
        "preposition-clause",  # on a noun
        f"""الأمل أَمَل NOUN NN Case=Nom|Definite=Def 0 root
        في فِي ADP IN _ 4 case
        أن أَن ADP IN _ 4 mark
        ينجح نَجَح VERB VBC {IMPERFECT} 1 xcomp""",
        {4: "VERB acl 1 Mood=Sub"},
    ),
    Example(
        "finite-complement",
        f"""قرر قَرَّر VERB VBC {PERFECT} 0 root
        أن أَن ADP IN _ 3 mark
        يسافر سَافَر VERB VBC {IMPERFECT} 1 xcomp""",
        {3: "VERB ccomp 1 Mood=Sub"},
    ),
    Example(
        "clause-as-nominal",
        f"""بحث بَحث NOUN NN Case=Nom|Definite=Ind 0 root
        ما مَا PART RP ExtPos=SCONJ 4 mark
        إذا إِذا ADP IN _ 2 fixed
        نام نَام VERB VBC {PERFECT} 1 nmod""",
        {4: "VERB acl 1"},
    ),
    Example(
        "pronoun-copula",
        f"""العلم عِلم NOUN NN Case=Nom|Definite=Def 3 nsubj
        هو هُوَ PRON PRP {PRONOUN} 1 dep
        النور نُور NOUN NN Case=Nom|Definite=Def 0 root""",
        {2: "PRON cop 3 Case=Nom"},
    ),
    Example(
        "prepositional-predicate",
        """الكتاب كِتَاب NOUN NN Case=Nom|Definite=Def 2 nsubj
        في فِي ADP IN _ 0 root
        البيت بَيت NOUN NN Case=Gen|Definite=Def 2 obj
        . . PUNCT . _ 2 punct""",
        {1: "NOUN nsubj 3", 2: "ADP case 3", 3: "NOUN root 0", 4: "PUNCT punct 3"},
    ),
    Example(
        "case-of-next-noun",
        """الدار دَار NOUN NN Case=Nom|Definite=Def 0 root
        ب+ بِ ADP IN _ 4 case
        اعتبار اِعتِبَار NOUN NN Case=Gen|Definite=Ind 1 nmod
        منزلا مَنزِل NOUN NN Case=Acc|Definite=Ind 3 xcomp""",
        {2: "ADP case 3"},
    ),
    Example(
        "negated-verb",
        f"""لا لَا PART RP ExtPos=ADV 3 advmod
        يزال زَال VERB VBC {IMPERFECT} 1 fixed
        يعمل عَمِل VERB VBC {IMPERFECT} 0 root
        الرجل رَجُل NOUN NN Case=Nom|Definite=Def 3 nsubj""",
        {1: "PART advmod 2 Polarity=Neg", 2: "VERB root 0", 3: "VERB xcomp 2"},
    ),
    Example(
        "copula-head",
        f"""كان كَان VERB VBC {PERFECT} 0 root
        الموعد مَوعِد NOUN NN Case=Nom|Definite=Def 1 nsubj
        مقررا مُقَرَّر ADJ VBN Case=Acc|Definite=Ind 1 ccomp""",
        {1: "AUX cop 3", 2: "NOUN nsubj 3", 3: "ADJ root 0"},
    ),
    Example(
        "auxiliary-of-subject",
        f"""لا لَا PART RP Polarity=Neg 2 advmod
        تكون كَان AUX VBC {IMPERFECT} 3 cop
        الأزمة أَزمَة NOUN NN Case=Nom|Definite=Def 4 nsubj
        انتهت اِنتَهَى VERB VBC {PERFECT} 0 root""",
        {1: "PART advmod 4", 2: "AUX aux 4", 3: "NOUN nsubj 4"},
    ),
    Example(
        "participle-attribute",
        """الرجل رَجُل NOUN NN Case=Nom|Definite=Def 0 root
        القادم قَادِم ADJ VBN Case=Nom|Definite=Def 1 ccomp
        من مِن ADP IN _ 4 case
        البيت بَيت NOUN NN Case=Gen|Definite=Def 2 obl""",
        {2: "ADJ acl 1"},
    ),
    Example(
        "depictive",  # on the verb, though the treebank has it on the subject
        f"""خرج خَرَج VERB VBC {PERFECT} 0 root
        المدير مُدِير NOUN NN Case=Nom|Definite=Def 1 nsubj
        مبتسما مُبتَسِم ADJ VBN Case=Acc|Definite=Ind 2 ccomp""",
        {3: "ADJ advcl:pred 1"},
    ),
    Example(
        "predicate-of-verb",
        f"""أصبح أَصبَح VERB VBC {PERFECT} 0 root
        المدير مُدِير NOUN NN Case=Nom|Definite=Def 1 nsubj
        قادرا قَادِر ADJ VBN Case=Acc|Definite=Ind 1 ccomp""",
        {3: "ADJ xcomp 1"},
    ),
    Example(
        "noun-of-time",
        f"""ولد وُلِد VERB VBC {PERFECT} 0 root
        عام عَام ADV RB _ 1 obl:tmod
        1923 1923 NUM CD _ 2 obl""",
        {2: "NOUN obl:tmod 1 Case=Acc Definite=Cons Gender=Masc Number=Sing", 3: "NUM nmod 2"},
    ),
    Example(
        "noun-of-time",  # in idafa it is genitive
        """انتخابات اِنتِخَاب NOUN NN Case=Nom|Definite=Def|Number=Plur 0 root
        عام عَام ADV RB _ 1 nmod
        1923 1923 NUM CD _ 2 obl""",
        {2: "NOUN nmod 1 Case=Gen Definite=Cons"},
    ),
    Example(
        "part-of-date",
        f"""ولد وُلِد VERB VBC {PERFECT} 0 root
        في فِي ADP IN _ 3 case
        3 3 NUM CD _ 1 obl
        آذار آذار PROPN NNP _ 3 obl:tmod
        1985 1985 NUM CD _ 4 nmod""",
        {3: "NUM obl 1", 4: "PROPN nmod 3", 5: "NUM nmod 4"},
    ),
    Example(
        "pronoun-features",
        f"""سأل+ سَأَل VERB VBC {PERFECT} 0 root
        هن هُوَ PRON PRP Case=Gen|Gender=Masc|Number=Plur|Person=3|PronType=Prs 1 obj""",
        {2: "PRON obj 1 Case=Acc Gender=Fem Number=Plur Person=3"},
    ),
    Example(
        "mood-of-particle",
        f"""لم لَم PART RP Polarity=Neg 2 advmod
        يصل وَصَل VERB VBC {IMPERFECT} 0 root""",
        {2: "VERB root 0 Mood=Jus Tense=Past"},
    ),
    Example(
        "whole-mood",
        """ضع وَضَع VERB VBC Gender=Masc|Mood=Imp|Number=Sing|Person=2 0 root
        الكتاب كِتَاب NOUN NN Case=Acc|Definite=Def|Gender=Masc|Number=Sing 1 obj""",
        {1: "VERB root 0 Aspect=Imp Voice=Act"},
    ),
    Example(
        "whole-mood",
        """يمكن أَمكَن VERB VBC Aspect=Imp|Gender=Masc|Number=Sing|Person=3|Tense=Pres|Voice=Act 0 root""",
        {1: "VERB root 0 Mood=Ind"},
    ),
    Example(
        "whole-noun",
        """رفض رَفض NOUN NN Case=Nom|Definite=Ind|Gender=Masc 0 root""",
        {1: "NOUN root 0 Number=Sing"},
    ),
    Example(
        "lifted-modifier",
        """عمليات عَمَلِيَّة NOUN NN Case=Nom|Definite=Ind|Number=Plur 0 root
        تسليم تَسلِيم NOUN NN Case=Gen|Definite=Ind 1 nmod
        جديدة جَدِيد ADJ JJ Case=Nom|Definite=Ind 1 amod
        ل+ لِ ADP IN _ 5 case
        الأسلحة سِلَاح NOUN NN Case=Gen|Definite=Def 2 nmod""",
        {5: "NOUN nmod 1"},
    ),
    Example(
        "oblique-of-noun",
        f"""نام نَام VERB VBC {PERFECT} 0 root
        صاحب صَاحِب NOUN NN Case=Nom|Definite=Def 1 nsubj
        البيت بَيت NOUN NN Case=Gen|Definite=Def 2 obl""",
        {3: "NOUN nmod 2"},
    ),
    Example(
        "verb-tagged-noun",
        f"""درس دَرس NOUN VBC {PERFECT} 0 root
        القانون قَانُون NOUN NN Case=Acc|Definite=Def 1 obj""",
        {1: "VERB root 0"},
    ),
    Example(
        "verb-tagged-noun",  # before a pronoun
        f"""تبعة+ تَبِعَة NOUN VBC {PERFECT} 0 root
        ه هُوَ PRON PRP {PRONOUN}|Case=Gen 1 obj""",
        {1: "VERB root 0", 2: "PRON obj 1 Case=Acc"},
    ),
    Example(
        "participle-tagged-noun",
        """رجال رَجُل NOUN NN Case=Nom|Definite=Ind|Number=Plur 0 root
        موالون مُوَالِي NOUN VBN Case=Nom|Definite=Ind|VerbForm=Part|Voice=Act 1 acl
        ل+ لِ ADP IN _ 4 case
        الملك مَلِك NOUN NN Case=Gen|Definite=Def 2 obl""",
        {2: "ADJ acl 1 VerbForm=Part"},
    ),
    Example(
        "participle-tagged-noun",  # a noun that looks like one
        """الحقول حَقل NOUN NN Case=Nom|Definite=Def 0 root
        و+ وَ CCONJ CC _ 3 cc
        المراعي مَرعَى NOUN VBN Case=Nom|Definite=Def|Voice=Pass 1 conj""",
        {3: "NOUN conj 1"},
    ),
    Example(
        "verbal-noun-tagged-verb",
        """رغم رَغمَ ADP IN _ 4 case
        كون+ كَان AUX VBG Case=Gen|Definite=Def 4 cop
        ه هُوَ PRON PRP Case=Gen|PronType=Prs 4 nsubj
        مريضا مَرِيض ADJ JJ Case=Acc|Definite=Ind 5 obl
        نجح نَجَح VERB VBC Aspect=Perf|Number=Sing|Person=3 0 root""",
        {1: "ADP case 2", 2: "NOUN obl 5 Definite=Cons", 3: "PRON nmod 2", 4: "ADJ xcomp 2"},
    ),
    Example(
        "pronoun-tagged-noun",
        """قدرة+ قُدرَة NOUN NN Case=Nom|Definite=Def 0 root
        ه ه NOUN NN Case=Gen|Definite=Ind 1 nsubj""",
        {2: "PRON nmod 1 Case=Gen Person=3 PronType=Prs"},
    ),
    Example(
        "preposition-tagged-pronoun",
        """بيوت بَيت NOUN NN Case=Nom|Definite=Ind 0 root
        ك+ هُوَ PRON PRP Person=2|PronType=Prs 1 nmod
        هذه هٰذا PRON PDEM Case=Gen|PronType=Dem 1 nmod""",
        {2: "ADP case 3", 3: "PRON nmod 1"},
    ),
    Example(
        "phrase-as-fixed",
        """أمين أَمِين NOUN NN Case=Nom|Definite=Ind 0 root
        عام عَامّ ADJ JJ Case=Nom|Definite=Ind 1 fixed""",
        {2: "ADJ amod 1"},
    ),
    Example(
        "relative-who",
        f"""من مِن ADP IN _ 2 nsubj
        نام نَام VERB VBC {PERFECT} 0 root""",
        {1: "PRON nsubj 2 PronType=Rel"},
    ),
    Example(
        "dash",
        f"""نام نَام VERB VBC {PERFECT} 0 root
        ـ ـ SYM SYM _ 1 dep
        الجار جَار NOUN NN Case=Nom|Definite=Def 1 nsubj""",
        {2: "PUNCT punct 1"},
    ),
    Example(
        "genitive-of-verbal-noun",
        """رؤية رُؤيَة NOUN VBG Case=Nom|Definite=Def 0 root
        المدينة مَدِينَة NOUN NN Case=Gen|Definite=Def 1 obj""",
        {1: "NOUN root 0 Definite=Cons", 2: "NOUN nmod 1"},
    ),
    Example(
        "verbal-noun-tag",
        """رؤية رُؤيَة NOUN VBG Case=Nom|Definite=Ind 0 root
        واضحة وَاضِح ADJ JJ Case=Nom|Definite=Ind 1 amod""",
        {1: "NOUN root 0"},
    ),
    Example(
        "participle-form",
        """رجل رَجُل NOUN NN Case=Nom|Definite=Ind 0 root
        راغب رَاغِب ADJ VBN Case=Nom|Definite=Ind|Voice=Act 1 acl""",
        {2: "ADJ acl 1 VerbForm=Part Voice=Act"},
    ),
    Example(
        "perfect-of-laysa",
        f"""ليس لَيسَ VERB VBC {IMPERFECT} 0 root
        في فِي ADP IN _ 3 case
        البيت بَيت NOUN NN {DEFINITE} 1 obl
        ضيف ضَيف NOUN NN Case=Nom|Definite=Ind|Gender=Masc|Number=Sing 1 nsubj""",
        {1: "VERB root 0 Aspect=Perf Tense=Past"},
    ),
    Example(
        "feature-of-another-class",
        """مضى مَضَى VERB VBC Aspect=Perf|Number=Sing|Person=3 0 root
        حكم حُكم NOUN NN Aspect=Perf|Case=Nom|Definite=Ind 1 nsubj
        20 20 NUM CD Case=Gen 2 nmod""",
        {2: "NOUN nsubj 1 Case=Nom", 3: "NUM nmod 2"},
    ),
)


def make_sentence(rows: str) -> Sentence:
    words: list[Word] = []
    tokens: list[MultiwordToken] = []
    first = 1
    for word_id, row in enumerate(rows.splitlines(), start=1):
        form, lemma, upos, xpos, feats, head, relation = row.split()
        joined, form = form.endswith("+"), form.removesuffix("+")
        words.append(Word(word_id, form, lemma, upos, xpos, feats, head, relation, "_", "_"))
        if not joined and first < word_id:
            surface = "".join(word.form for word in words[first - 1 :])
            tokens.append(MultiwordToken(first, word_id, surface, feats="_", misc="_"))
        if not joined:
            first = word_id + 1
    return Sentence((), tuple(words), tuple(tokens))


def is_tree(sentence: Sentence) -> bool:
    """Whether there is one root, and every word hangs below it."""
    heads = {word.id: int(word.head) for word in sentence.words}
    for word_id in heads:
        seen = set()
        while word_id:
            if word_id in seen:
                return False
            seen.add(word_id)
            word_id = heads[word_id]
    return [word.deprel for word in sentence.words if word.head == "0"] == ["root"]


@pytest.mark.parametrize("example", EXAMPLES, ids=[f"{one.rule}-{at}" for at, one in enumerate(EXAMPLES)])
def test_a_rule_converts_its_example(example: Example) -> None:
    sentence, counts = convert_sentence(make_sentence(example.rows))
    assert counts[example.rule] > 0
    assert is_tree(sentence)
    for word_id, expected in example.expected.items():
        word = sentence.words[word_id - 1]
        upos, relation, head, *feats = expected.split()
        assert (word.upos, word.deprel, word.head) == (upos, relation, head), word
        assert set(feats) <= set(word.feats.split("|")), word


def test_every_rule_has_an_example() -> None:
    names = set()
    for path in Path(conventions.__file__).parent.glob("*.py"):
        names |= set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', path.read_text(encoding="utf-8")))
    names |= {"subordinator", "adversative", "demonstrative", "depictive", "dash"}  # names of one word
    assert {example.rule for example in EXAMPLES} == names


def read_documented_counts() -> dict[str, int]:
    text = (REPOSITORY / "docs" / "conventions.md").read_text(encoding="utf-8")
    return {
        rule: int(count) for rule, count in re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+) \| [^|]*\|$", text, re.M)
    }


def test_every_rule_is_documented() -> None:
    assert set(read_documented_counts()) == {example.rule for example in EXAMPLES}


def test_every_rule_names_a_sentence_of_the_phenomena() -> None:
    text = (REPOSITORY / "docs" / "conventions.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| `([a-z-]+)` \|.*\| ([^|]*) \| \d+ \| [^|]*\|$", text, re.M))
    folder = REPOSITORY / "tests" / "phenomena"
    known = {sentence.sent_id for path in folder.glob("*.conllu") for sentence in read_conllu(path)}
    assert set(named) == {example.rule for example in EXAMPLES}
    assert {rule: place for rule, place in named.items() if not set(place.split(", ")) <= known} == {}


@pytest.mark.parametrize(("clause", "lemma"), [("يسعى VERB Sub", "أَن"), ("أحد NOUN Ind", "أَنَّ")])
def test_a_negation_does_not_hide_the_verb_behind_that(clause: str, lemma: str) -> None:
    form, upos, mood = clause.split()
    feats = f"Mood={mood}" if upos == "VERB" else "Definite=Ind"
    rows = f"""قرر قَرَّر VERB VBC {PERFECT} 0 root
    أن أَنَّ ADP IN _ 4 mark
    لا لَا PART RP Polarity=Neg 4 advmod
    {form} {form} {upos} _ {feats} 1 ccomp"""
    sentence, _ = convert_sentence(make_sentence(rows))
    assert (sentence.words[1].upos, sentence.words[1].lemma) == ("SCONJ", lemma)


def test_what_ud_has_already_stays() -> None:
    rows = f"""نام نَام VERB VBC {PERFECT} 0 root
    الولد وَلَد NOUN NN Case=Nom|Definite=Def|Gender=Masc|Number=Sing 1 nsubj
    في فِي ADP IN _ 4 case
    البيت بَيت NOUN NN Case=Gen|Definite=Def|Gender=Masc|Number=Sing 1 obl"""
    sentence = make_sentence(rows)
    assert convert_sentence(sentence) == (sentence, Counter())


def test_words_without_a_tree_come_back_as_they_are() -> None:
    sentence = Sentence((), (Word(1, "و", "و", "PART", "RP", "_", "_", "_", "_", "_"),))
    assert convert_sentence(sentence) == (sentence, Counter())


class Converted(NamedTuple):
    """The treebank, where it is at hand."""

    before: list[Sentence]
    after: list[Sentence]
    counts: Counter[str]


@pytest.fixture(scope="module")
def treebank() -> Converted:
    if not TREEBANK.is_file():
        pytest.skip("needs ar_pud.conllu of UD_Arabic-PUD: set MUDAWWANA_TREEBANK to its path")
    before = list(join_clitics(read_conllu(TREEBANK)))
    counts: Counter[str] = Counter()
    return Converted(before, list(convert_treebank(before, counts)), counts)


def test_tokens_words_and_text_stay(treebank: Converted) -> None:
    for before, after in zip(treebank.before, treebank.after, strict=True):
        assert after.comments == before.comments
        assert after.multiword_tokens == before.multiword_tokens
        for word, converted in zip(before.words, after.words, strict=True):
            # a verb that was taken for a noun gets its ت back, a noun behind ل its article
            verb = re.sub("ة$", "ت", word.form) if word.xpos == "VBC" else word.form
            assert converted.form in {word.form, verb, re.sub("^ل", "ال", word.form)}
            assert (converted.id, converted.misc) == (word.id, word.misc)


def test_the_documented_counts_are_the_treebanks(treebank: Converted) -> None:
    assert len(treebank.after) == 898
    assert Counter(read_documented_counts()) == treebank.counts


def test_every_sentence_stays_a_tree(treebank: Converted) -> None:
    assert [one.sent_id for one in treebank.after if not is_tree(one)] == []


def test_the_converted_treebank_has_no_incident(treebank: Converted, tmp_path: Path) -> None:
    path = tmp_path / "converted.conllu"
    write_conllu(path, treebank.after)
    assert check_ud(path) == []


def test_no_habit_is_left(treebank: Converted) -> None:
    for sentence in treebank.after:
        for word in sentence.words:
            assert word.deprel != "compound:prt"
            assert (word.upos, word.xpos, word.deprel) != ("PRON", "PDEM", "det")
            # dep: أن written twice
            assert word.upos != "ADP" or word.form != "أن" or word.deprel == "dep"
            assert word.upos not in {"VERB", "AUX"} or "Case=" not in word.feats
            assert word.upos not in {"NOUN", "ADJ", "PROPN"} or "Aspect=" not in word.feats


def test_a_pronoun_behind_a_verb_is_accusative(treebank: Converted) -> None:
    for sentence in treebank.after:
        for token in sentence.tokens:
            for host, word in pairwise(token.words):
                if word.lemma == "هُوَ" and host.upos in {"VERB", "NOUN", "ADP"}:
                    assert f"Case={'Acc' if host.upos == 'VERB' else 'Gen'}" in word.feats, sentence.sent_id


def test_a_second_conversion_changes_nothing(treebank: Converted) -> None:
    counts: Counter[str] = Counter()
    assert list(convert_treebank(treebank.after, counts)) == treebank.after, counts
