"""``outputs/index.html``: the Boards so far, each with its state, where its milestones stand, its pack and its archive."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pcp_analysis.pack import bundle, manifest
from pcp_analysis.strict.files import write_whole

PAGE = "index.html"
STYLE = Path(manifest.__file__).parent / "template" / "pack.css"
_PAGE = Markup("""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="color-scheme" content="light">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<header class="top"><p class="board">{board}</p></header>
<div class="frame"><main id="content">
<h1>{title}</h1>
<div class="table" role="region" tabindex="0" aria-label="The Boards so far"><table>
<caption>The Boards so far, the latest first</caption>
<thead><tr><th scope="col">Board</th><th scope="col">State</th><th scope="col">Milestones</th><th scope="col">To take away</th></tr></thead>
<tbody>
{rows}
</tbody></table></div>
</main></div>
</body>
</html>
""")
_ROW = Markup(
    '<tr><th scope="row"><a href="{cycle}/index.html">{date}</a><br>{title}</th><td>{state}</td><td>{milestones}</td>'
    '<td><a href="{cycle}/{archive}">{archive} of {cycle}</a></td></tr>'
)


def write(outputs: Path) -> None:
    """Write the page anew from the packs that are published in the folder *outputs*, where they have changed; nothing where
    none is.
    """
    packs = [folder for folder in sorted(outputs.glob("[0-9]*"), reverse=True) if folder.is_dir()]
    made = [(folder, found) for folder in packs if (found := manifest.load(folder)) and "heading" in found]
    if not made:
        return
    board = made[0][1]["heading"]["board"]
    text = _PAGE.format(
        title=f"Packs of the {board}",
        board=board,
        style=Markup(STYLE.read_text(encoding="utf-8")),
        rows=Markup("\n").join(_row(folder, found) for folder, found in made),
    )
    if not (outputs / PAGE).is_file() or (outputs / PAGE).read_text(encoding="utf-8") != text:
        write_whole(outputs / PAGE, str(text))


def _row(folder: Path, made: dict[str, Any]) -> Markup:
    state = made["approval"] or "DRAFT, not yet approved"
    return _ROW.format(
        cycle=folder.name,
        archive=bundle.NAME,
        date=made["heading"]["date"],
        title=made["heading"]["title"],
        state=state if made["complete"] else f"{state}; INCOMPLETE",
        milestones=_milestones(folder) or "not in this pack",
    )


def _milestones(folder: Path) -> str:
    """How many milestones are on each course that its front page counts, in words."""
    try:
        text = (folder / "figures.csv").read_text(encoding="utf-8")
    except OSError:
        return ""
    counts = {row["id"]: row["value"] for row in csv.DictReader(io.StringIO(text))}
    courses = {
        name.removeprefix("milestones.").replace("_", " "): count
        for name, count in counts.items()
        if name.startswith("milestones.") and name != "milestones.all" and count not in ("", "0")
    }
    return ", ".join(f"{count} {course}" for course, count in courses.items())
