"""Lay the drawn invoices of a sample world out as documents with truths, for `score` and `calibrate_invoices`.

    back-office sample --out WORLD --seed 3 --days 4 --scans 0
    python benchmarks/extraction/drawn.py WORLD FOLDER

Takes PDFs with one invoice and no planted fault. The truth is what can be read on the page; the amount due is the gross
total where the page does not print it apart. The layout's name is the family.
"""

import argparse
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from score import HEADER


def truths(world: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield each taken PDF with its truth."""
    for told in sorted((world / "truth").glob("*.jsonl")):
        for line in filter(str.strip, told.read_text(encoding="utf-8").splitlines()):
            entry = json.loads(line)
            headers = [record["fields"] for record in entry["records"] if record["parent"] is None]
            if entry["medium"] != "pdf" or entry.get("member") or entry["planted"] or len(headers) != 1:
                continue
            found = next((world / "inbox").rglob(f"{entry['batch_id']}/{entry['path']}"), None)
            if found is not None:
                yield found, _truth(entry, headers[0])


def _truth(entry: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: header.get(name) for name in HEADER},
        "amount_due": header.get("amount_due") or header.get("gross_total"),
        "lines": [record["fields"] for record in entry["records"] if record["parent"] is not None],
        "layout_family": f"drawn_{entry['layout']}",
        "language": entry["language"],
        "truth_origin": "drawn; absent is what cannot be read",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for path, truth in truths(options.world):
        name = f"{path.parent.name}_{path.name}"
        shutil.copy(path, options.folder / name)
        content = json.dumps(truth, ensure_ascii=False, indent=1)
        (options.folder / name).with_suffix(".truth.json").write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
