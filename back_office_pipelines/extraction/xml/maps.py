"""The field maps of XML syntaxes: frozen form, loading, and which map reads a given root.

What belongs here: the format of `maps/*.yaml`. What does not: the paths themselves (they are data in those files) and
walking them (`reader`).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from lxml import etree
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from back_office_pipelines.dictionary.strict_yaml import load_texts
from back_office_pipelines.extraction.xml.parse import local_name, namespace

FOLDER = Path(__file__).parent / "maps"
FOREIGN_FILE = "foreign.yaml"
Several = Literal["only", "first", "sum"]


class Block(BaseModel):
    """Base of the blocks of a map: immutable, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PathEntry(Block):
    """One place a field can stand: an XPath over local names, relative to its record.

    Attributes:
        path: XPath 1.0; `$currency` is the document's currency.
        several: what several different texts at that path mean: `only` is ambiguous, `first` the first counts (the
            standard lets the element repeat), `sum` the value is their total.
    """

    path: str
    several: Several = "only"


def _entry(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


class FieldMap(Block):
    """Where one field stands. The first path that finds a text wins.

    Attributes:
        source: clause of the standard.
        codes: text of the syntax → text of the dictionary; a text outside it is CODE_UNKNOWN.
    """

    source: str
    paths: tuple[Annotated[PathEntry, BeforeValidator(_entry)], ...]
    codes: Mapping[str, str] = Field(default_factory=dict)


class RecordMap(Block):
    """One record type: the XPath of its nodes and its fields. Child nodes are relative to the header's node."""

    record_type: str
    nodes: str
    fields: Mapping[str, FieldMap]


class Root(Block):
    """A document element that a map reads; an empty list of namespaces accepts any."""

    name: str
    namespaces: tuple[str, ...] = ()


class Classes(Block):
    """Document class by invoice type code."""

    default: str
    by_type: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class SyntaxMap(Block):
    """One XML syntax.

    Attributes:
        places: names for long paths; `{name}` in a field's path stands for one.
    """

    syntax: str
    title: str
    roots: tuple[Root, ...]
    places: Mapping[str, str] = Field(default_factory=dict)
    classes: Classes
    header: RecordMap
    child: RecordMap

    def reads(self, root: etree._Element) -> bool:
        """Tell whether this map is for documents with that root."""
        return any(_matches(entry, root) for entry in self.roots)


class Foreign(Block):
    """A business document that is recognised and not an invoice."""

    title: str
    document_class: str | None = None
    roots: tuple[Root, ...]


class ForeignList(Block):
    """File `foreign.yaml`."""

    documents: tuple[Foreign, ...]


@cache
def syntax_maps() -> tuple[SyntaxMap, ...]:
    """Return every map, in the order of their file names.

    Raises:
        DictionaryError: a file is no strict YAML.
        pydantic.ValidationError: a file breaks the format; a test loads them all.
    """
    paths = sorted(path for path in FOLDER.glob("*.yaml") if path.name != FOREIGN_FILE)
    return tuple(load_map(path) for path in paths)


def load_map(path: Path) -> SyntaxMap:
    """Return one map with the names of its places written out."""
    content = load_texts(path)
    return SyntaxMap.model_validate(_written_out(content, content.get("places", {})))


def _written_out(value: Any, places: Mapping[str, str]) -> Any:
    """Replace `{name}` in every text of parsed YAML."""
    if isinstance(value, dict):
        return {key: _written_out(entry, places) for key, entry in value.items()}
    if isinstance(value, list):
        return [_written_out(entry, places) for entry in value]
    if isinstance(value, str):
        for name, path in places.items():
            value = value.replace(f"{{{name}}}", path)
    return value


def map_for(root: etree._Element) -> SyntaxMap | None:
    """Return the map that reads a document, or None."""
    return next((syntax for syntax in syntax_maps() if syntax.reads(root)), None)


@cache
def _foreign_documents() -> tuple[Foreign, ...]:
    return ForeignList.model_validate(load_texts(FOLDER / FOREIGN_FILE)).documents


def foreign_document(root: etree._Element) -> Foreign | None:
    """Return what else a document is, where we know it."""
    entries = _foreign_documents()
    return next((entry for entry in entries if any(_matches(known, root) for known in entry.roots)), None)


def _matches(entry: Root, root: etree._Element) -> bool:
    known = not entry.namespaces or namespace(root) in entry.namespaces
    return local_name(root) == entry.name and known
