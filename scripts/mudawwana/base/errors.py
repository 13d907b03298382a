"""Errors that a user can mend; each message says where, what was found, and what to do next.

    MudawwanaError
    ├── SettingsError     corpus.toml or documents.csv says something that cannot be used
    ├── DocumentError     a seed file cannot be read as a document
    ├── ConlluError       a CoNLL-U file cannot be read without loss
    ├── ModelError        Stanza models are missing, broken or out of reach
    ├── AnnotationError   the models' output for a document breaks a promise of the corpus
    ├── EngineError       the workers of a run do not start, or a run has failed for no reason of its documents
    ├── LockError         another run works on the corpus
    ├── BuildError        the data set cannot be built from what is there
    ├── ExportError       the data set cannot be given in the form that was asked for
    ├── PatternError      a pattern of `mudawwana query` cannot be read
    ├── ExploreError      the data set cannot be explored
    ├── LimitError        a search takes more time or memory than it may
    ├── PublishError      the data set is not fit to be published, or the Hub did not take it
    ├── StoreError        an object store does not answer, or refuses
    ├── InputError        a file that should be there is damaged, or of another kind
    └── OutputError       a file cannot be written

Bad *content* of an annotation is no exception but an `Incident` (see validate/incidents.py).
"""


class MudawwanaError(Exception):
    """Base of all errors that the command line prints as one message and exit status 1."""


class SettingsError(MudawwanaError):
    """corpus.toml or documents.csv says something that cannot be used."""


class DocumentError(MudawwanaError):
    """A seed file cannot be read as a document."""


class ConlluError(MudawwanaError):
    """A CoNLL-U file cannot be read without loss."""


class ModelError(MudawwanaError):
    """Stanza models are missing, broken or out of reach."""


class AnnotationError(MudawwanaError):
    """The models' output for a document breaks a promise of the corpus."""


class EngineError(MudawwanaError):
    """The workers of a run do not start, or a run has failed for no reason of its documents."""


class LockError(MudawwanaError):
    """Another run works on the corpus."""


class BuildError(MudawwanaError):
    """The data set cannot be built from what is there."""


class ExportError(MudawwanaError):
    """The data set cannot be given in the form that was asked for."""


class PublishError(MudawwanaError):
    """The data set is not fit to be published, or the Hub did not take it."""


class StoreError(MudawwanaError):
    """An object store does not answer, or refuses."""


class InputError(MudawwanaError):
    """A file that should be there is damaged, or of another kind."""


class OutputError(MudawwanaError):
    """A file cannot be written."""


class PatternError(MudawwanaError):
    """A pattern cannot be read; `place` is the 0-based code point of the pattern where that shows."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.place = place


class ExploreError(MudawwanaError):
    """The data set cannot be explored."""


class LimitError(MudawwanaError):
    """A search takes more time or memory than it may."""
