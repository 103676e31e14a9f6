"""`back-office dictionary`: the contracts. What is checked, compared, exported and signed lives in its room."""

import json
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from ruamel.yaml import YAML

from back_office_pipelines.cli.console import err, out, submitter
from back_office_pipelines.clock import now
from back_office_pipelines.dictionary.checkup import Checkup, check_folder, lanes
from back_office_pipelines.dictionary.diff import Difference, differences, needed_step
from back_office_pipelines.dictionary.exports.json_schema import record_json_schema
from back_office_pipelines.dictionary.exports.odcs import odcs_contract
from back_office_pipelines.dictionary.exports.table_schema import lane_package
from back_office_pipelines.dictionary.model import Dictionary
from back_office_pipelines.dictionary.signatures import outdated_commons
from back_office_pipelines.dictionary.signing import sign_version
from back_office_pipelines.dictionary.steps import Step, next_version, parse_version, step_over
from back_office_pipelines.dictionary.store import load_contracts, load_version
from back_office_pipelines.dictionary.words import limits_in_words, rule_in_words
from back_office_pipelines.errors import DictionaryProblemsError, UsageError
from back_office_pipelines.normalization.examples import example_problems
from back_office_pipelines.settings import load_settings
from back_office_pipelines.storage.files import write_text

app = typer.Typer(help="Field dictionaries: the contracts.", no_args_is_help=True)
Lane = Annotated[str, typer.Argument(help="Name of the lane.")]
AnyVersion = Annotated[str | None, typer.Option("--version", help="Version, drafts included; default the newest.")]
BROKEN, REFUSED = 2, 1


@app.command("check")
def check(
    signed: Annotated[bool, typer.Option("--signed", help="Refuse active versions that nobody has signed.")] = False,
) -> None:
    """Check every dictionary and exhibit: format, names, examples, versions, signatures; say everything wrong."""
    try:
        found = check_folder(load_settings().dictionaries, example_problems)
    except DictionaryProblemsError as problem:
        err.print(*problem.sentences, sep="\n", markup=False)
        raise typer.Exit(BROKEN) from None
    for line in _found(found):
        out.print(line, markup=False)
    refused = [
        *found.refused,
        *(f"{_name(one)}: nobody has signed it; {_how(one)}" for one in found.unsigned if signed),
    ]
    for sentence in (*found.broken, *refused):
        err.print(sentence, markup=False)
    if found.broken or refused:
        raise typer.Exit(BROKEN if found.broken else REFUSED)


def _found(found: Checkup) -> Iterator[str]:
    for versions in lanes(found.dictionaries.values()).values():
        for one in versions:
            fields = sum(len(record.fields) for record in one.records.values())
            state = f"{one.identity.status} from {one.identity.effective_from}"
            signature = found.shared.signatures.get(one.lane, {}).get(one.version)
            who = f", signed by {signature.signed_by} on {signature.signed_on}" if signature else ""
            yield (
                f"{_name(one)}: {state}, {fields} fields, {len(one.checks)} checks, "
                f"fingerprint {one.fingerprint[:16]}{who}"
            )
    for exhibit in found.exhibits:
        yield f"client {exhibit.client}: {len(exhibit.entities)} entities, zone {exhibit.calendar.time_zone}"
    for one in found.unsigned:
        yield f"note: {_name(one)} is active and nobody has signed it; {_how(one)}"
    for one in outdated_commons(found.shared, found.dictionaries):
        yield f"note: _common.yaml has changed since {_name(one)} was signed; the lane gets that with its next version"


def _name(dictionary: Dictionary) -> str:
    return f"{dictionary.lane} {dictionary.version}"


def _how(dictionary: Dictionary) -> str:
    return f"run 'back-office dictionary sign {_name(dictionary)} --by NAME'"


@app.command("show")
def show(lane: Lane, version: AnyVersion = None) -> None:
    """Show a version: its fields, its checks, and since when it holds."""
    dictionary = _chosen(lane, version)
    identity = dictionary.identity
    out.print(f"{identity.title}, version {dictionary.version}: {identity.grain}")
    out.print(f"{identity.status} from {identity.effective_from}, owned by {identity.owner}", markup=False)
    for name, record in dictionary.records.items():
        heads = ("field", "title", "type", "criticality", "required", "limits", "source")
        table = Table(*heads, title=f"{name}: {record.title}")
        for field, spec in record.fields.items():
            required = "yes" if spec.nullable == "never" else ""
            limits = limits_in_words(dictionary.constraints(name, field)).replace("`", "").replace("[", "\\[")
            table.add_row(field, spec.title, spec.type, spec.criticality, required, limits, spec.source or "")
        out.print(table)
    checks = Table("check", "rule", "severity", "reason", title="Checks")
    for name, one in dictionary.checks.items():
        checks.add_row(name, rule_in_words(one), one.severity, one.reason)
    out.print(checks)


def _chosen(lane: str, version: str | None) -> Dictionary:
    """Return a version; without a number the newest active one."""
    folder = load_settings().dictionaries
    return load_contracts(folder).latest(lane) if version is None else load_version(folder, lane, version)


@app.command("diff")
def diff(
    lane: Lane,
    earlier: Annotated[str, typer.Argument(metavar="FROM", help="The earlier version.")],
    later: Annotated[str, typer.Argument(metavar="TO", help="The later version.")],
) -> None:
    """Say what differs between two versions, and whether the step between their numbers is large enough."""
    folder = load_settings().dictionaries
    old, new = (load_version(folder, lane, version) for version in (earlier, later))
    if parse_version(later) <= parse_version(earlier):
        raise UsageError(f"versions {earlier} and {later}", "are in the wrong order", "name the earlier one first")
    found = differences(old, new)
    needed, taken = needed_step(found), step_over(earlier, later)
    for line in _grouped(found):
        out.print(line, markup=False)
    verdict = f"{lane} {earlier} to {later}: needs {_a_step(needed)}, takes {_a_step(taken)}"
    if taken >= needed:
        out.print(f"{verdict}.", markup=False)
        return
    err.print(f"{verdict}: too small; call it {next_version(earlier, needed)}.", markup=False)
    raise typer.Exit(REFUSED)


def _grouped(found: tuple[Difference, ...]) -> Iterator[str]:
    for step in sorted({one.step for one in found}, reverse=True):
        yield f"{step.word}:"
        yield from (f"  {one.sentence}" for one in found if one.step == step)


def _a_step(step: Step) -> str:
    return "no step" if step is Step.NONE else f"a {step.word} step"


class Format(StrEnum):
    """Formats a version can be exported to."""

    ODCS = "odcs"
    TABLE_SCHEMA = "table-schema"
    JSON_SCHEMA = "json-schema"


@app.command("export")
def export(
    lane: Lane,
    format_: Annotated[Format, typer.Option("--format", help="Format to write.")],
    to: Annotated[Path, typer.Option("--out", help="File to write; ODCS becomes YAML unless it ends in .json.")],
    version: AnyVersion = None,
) -> None:
    """Write a version as ODCS 3.1.0, as Frictionless Table Schemas, or as the JSON Schema of its records."""
    dictionary = _chosen(lane, version)
    write: Mapping[Format, Callable[[], dict[str, Any]]] = {
        Format.ODCS: lambda: odcs_contract(dictionary, load_contracts(load_settings().dictionaries).exhibits.values()),
        Format.TABLE_SCHEMA: lambda: lane_package(dictionary),
        Format.JSON_SCHEMA: lambda: record_json_schema(dictionary),
    }
    yaml = format_ is Format.ODCS and to.suffix != ".json"
    content = write[format_]()
    write_text(to, _yaml(content) if yaml else f"{json.dumps(content, indent=2, ensure_ascii=False)}\n")
    out.print(f"{_name(dictionary)} written to {to} as {format_.value}", markup=False)


def _yaml(content: dict[str, Any]) -> str:
    text = StringIO()
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]  # its stub knows only None
    yaml.allow_unicode = True
    yaml.dump(content, text)
    return text.getvalue()


@app.command("sign")
def sign(
    lane: Lane,
    version: Annotated[str, typer.Argument(help="Version to sign.")],
    by: Annotated[str, typer.Option("--by", help="Name of the person who signs; default the user.")] = "",
    renew: Annotated[
        bool, typer.Option("--renew", help="Replace a signature; only while no batch was ever bound to the version.")
    ] = False,
) -> None:
    """Put a name to an active version: from then on its content and its shared part never change."""
    folder = load_settings().dictionaries
    name = by or submitter()
    made = sign_version(folder, lane, version, name, now().date(), example_problems, renew=renew)
    out.print(
        f"{lane} {version}: signed by {made.signed_by} on {made.signed_on}, fingerprint {made.fingerprint[:16]}",
        markup=False,
    )
