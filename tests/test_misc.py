"""MISC: every key once, and items in the order in which udapi writes them."""

import inspect
from importlib import import_module

from conftest import REPOSITORY
from mudawwana.base import misc
from mudawwana.base.conllu_io import read_conllu
from mudawwana.base.layout import LAYERS, CorpusLayout, list_conllu


def iter_shipped() -> list[str]:
    layout = CorpusLayout(REPOSITORY)
    paths = [path for layer in LAYERS for path in list_conllu(layout.get_layer_dir(layer))]
    sentences = [sentence for path in paths for sentence in read_conllu(path)]
    return [row.misc for one in sentences for row in (*one.words, *one.multiword_tokens)]


def test_the_list_has_every_key_in_the_order_of_the_items() -> None:
    names = [key.name for key in misc.KEYS]
    assert names == sorted(names, key=str.lower)
    constants = {value for name, value in vars(misc).items() if name.isupper() and isinstance(value, str)}
    assert {*names} == constants - {misc.NO_SPACE_AFTER}
    assert {item.partition("=")[0] for one in iter_shipped() for item in misc.split_misc(one)} <= {*names}


def test_a_key_is_written_by_the_module_that_the_list_names() -> None:
    for key in misc.KEYS:
        source = inspect.getsource(import_module(f"mudawwana.{key.written_by}"))
        [constant] = [name for name, value in vars(misc).items() if name.isupper() and value == key.name]
        assert constant in source


def test_shipped_items_stand_in_that_order() -> None:
    found = iter_shipped()
    assert [misc.join_misc(misc.split_misc(one)) for one in found] == found
