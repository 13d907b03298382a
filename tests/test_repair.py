from mudawwana.records import Word, get_misc
from mudawwana.repair import repair_words


def make_words(*rows: tuple[str, str, int, str]) -> list[Word]:
    """Words from (form, upos, head, deprel)."""
    return [
        Word(number, form, "_", upos, "_", "_", str(head), deprel, "_", "_")
        for number, (form, upos, head, deprel) in enumerate(rows, start=1)
    ]


def summarise(words: list[Word]) -> list[tuple[str, str]]:
    return [(word.head, word.deprel) for word in words]


def test_a_sound_tree_stays_as_it_is() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "nsubj"), (".", "PUNCT", 1, "punct"))
    assert repair_words(words) == words


def test_a_repair_keeps_what_the_models_said() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "det"))
    repaired = repair_words(words)[1]
    assert repaired.deprel == "dep"
    assert get_misc(repaired.misc, "Repaired") == "deprel:det"


def test_punctuation_is_punct() -> None:
    words = make_words(("قال", "VERB", 0, "root"), (".", "PUNCT", 1, "dep"), ("!", "NOUN", 1, "punct"))
    assert [(word.upos, word.deprel) for word in repair_words(words)[1:]] == [("PUNCT", "punct")] * 2


def test_dependents_of_a_preposition_go_up_to_its_noun() -> None:
    words = make_words(
        ("وصل", "VERB", 0, "root"),
        ("إلى", "ADP", 4, "case"),
        ("كل", "NOUN", 2, "nmod"),
        ("مدينة", "NOUN", 1, "obl"),
    )
    assert summarise(repair_words(words))[2] == ("4", "nmod")


def test_a_conjunct_before_its_head_is_undetermined() -> None:
    words = make_words(("كتاب", "NOUN", 2, "conj"), ("قلم", "NOUN", 0, "root"))
    assert summarise(repair_words(words))[0] == ("2", "dep")


def test_what_became_undetermined_leaves_the_function_word() -> None:
    words = make_words(
        ("كتب", "VERB", 0, "root"), ("أن", "SCONJ", 3, "fixed"), ("ك", "ADP", 4, "case"), ("قلم", "NOUN", 1, "obl")
    )
    assert summarise(repair_words(words))[1] == ("4", "dep")


def test_the_second_subject_is_undetermined() -> None:
    words = make_words(("قال", "VERB", 0, "root"), ("بوتين", "PROPN", 1, "nsubj"), ("الرئيس", "NOUN", 1, "nsubj"))
    assert [relation for _, relation in summarise(repair_words(words))] == ["root", "nsubj", "dep"]


def test_a_plain_nominal_is_modified_by_nmod() -> None:
    words = make_words(
        ("زار", "VERB", 0, "root"),
        ("رئيس", "NOUN", 1, "obj"),
        ("في", "ADP", 4, "case"),
        ("كييف", "PROPN", 2, "obl"),
    )
    assert summarise(repair_words(words))[3] == ("2", "nmod")


def test_only_listed_lemmas_are_auxiliaries() -> None:
    words = make_words(("قد", "AUX", 2, "aux"), ("قال", "VERB", 0, "root"))
    assert [(word.upos, word.deprel) for word in repair_words(words)] == [("PART", "advmod"), ("VERB", "root")]


def test_a_comma_does_not_cross_a_clause() -> None:
    # 1 <- 5; the comma (3) hangs on 1 over 2, which hangs on 4
    words = make_words(
        ("أعلن", "VERB", 0, "root"),
        ("اليوم", "NOUN", 4, "nmod"),
        ("،", "PUNCT", 1, "punct"),
        ("سفير", "NOUN", 1, "nsubj"),
    )
    assert summarise(repair_words(words))[2] != ("1", "punct")
