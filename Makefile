# PIP_FLAGS chooses another build of torch, see README ("Which torch").
PYTHON ?= python3
PIP_FLAGS ?=
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt $(PIP_FLAGS)

.PHONY: corpus test package models house clean

corpus: .venv/corpus.done
	$(BIN)/mudawwana run

test: .venv/test.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

# Wheel and sdist, installed into an empty environment outside of the checkout, and run there
package: .venv/test.done
	$(BIN)/python scripts/try_package.py $(PIP_FLAGS)

# Trains models by the embedded ones' recipe, and puts them in their place (not the same bytes: see README):
# make models TREEBANK=treebank/ RAWTEXT=rawtext/ (folders or files)
models: .venv/test.done
	$(BIN)/mudawwana train $(TREEBANK) $(RAWTEXT:%=--rawtext %) --output build/models \
	    --licence "CC BY-SA 4.0" \
	    --credit "UD_Arabic-PUD (CC BY-SA 3.0): Uszkoreit, Macketanz, Burchardt, Harris, Marheinecke, Petrov, \
	Kayadelen, Attia, Elkahky, Yu, Pitler, Lertpradit, Ateyah, Popel, Zeman, Habash, Taji" \
	    --credit "Arabic Wikipedia (CC BY-SA 4.0): its contributors; collected by Saad and Alijla 2017 (WikiDocsAligner)" \
	    --credit "TICO-19 (CC0 1.0)" \
	    --credit "Camel Morph MSA (CC BY 4.0): Khairallah, Khalifa, Marzouk, Nassar, Habash 2024 (variants of the sentences)" \
	    --credit "Lexicon and readings of clitics (Apache-2.0): written for Mudawwana by an AI language model"
	cp build/models/*.pt build/models/*.tsv build/models/*.md build/models/*.json build/models/*.svg scripts/mudawwana/annotate/embedded/

# The rooms and the arrows between them, as Graphviz draws them (dot -Tsvg)
house: .venv/test.done
	@$(BIN)/import-linter drawgraph mudawwana

clean:
	rm -rf .venv

.venv/corpus.done: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(PIP) -e .
	touch $@

.venv/test.done: .venv/corpus.done
	$(PIP) -e '.[dev]'
	touch $@
