"""The pack on paper: every page of it in one tagged PDF with an outline, printed by an installed Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from pcp_analysis.pack import manifest, publish
from pcp_analysis.pack.job import PressError

# Any browser built on Chromium prints the same way.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome", "msedge")
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_FLAGS = (
    "--headless", "--disable-gpu", "--no-pdf-header-footer", "--generate-pdf-document-outline", "--export-tagged-pdf",
    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
)  # fmt: skip
_SECONDS = 180
_PAGE = re.compile(rb"/Type\s*/Page\b")
_MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
_HEAD = re.compile(r"<!DOCTYPE html>.*?</head>", re.DOTALL)
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
_TOP = re.compile(r'<header class="top">.*?</header>(\s*<div class="incomplete".*?</div>)?', re.DOTALL)
# What names an id, and what refers to one, inside a tag.
_REFERENCE = re.compile(r"""(\s(?:id|aria-labelledby|aria-describedby)="|(?:href="|url\()#)([^")]+)""")
# A link to a file: to another page, or to what lies beside the pages and cannot be followed from a sheet or a PDF.
_LINK = re.compile(r' href="([^"#:]+)(?:#([^"]+))?"')


def find_chromium() -> str:
    """The program to print with. Raises PressError where no Chromium is installed."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for path in _ELSEWHERE:
        if Path(path).is_file():
            return path
    raise PressError(
        "no Chromium is installed here (nor Chrome or Edge), and a PDF is printed by one; install it, or leave --pdf away"
    )


def print_pack(pack: Path, target: Path) -> int:
    """Print the published *pack* into the file *target*, replacing it whole; return its number of sides.

    The bytes depend on the version of Chromium, so *target* lies outside the pack and its hashes. Raises PressError
    where no Chromium is installed, where it fails, or where there is no pack; what *target* was before then stands.
    """
    chromium = find_chromium()
    whole = together(pack)
    with publish.scratch() as folder:
        source, printed = Path(folder) / "pack.html", Path(folder) / "pack.pdf"
        source.write_text(whole, encoding="utf-8", newline="\n")
        # Chromium refuses to start its sandbox for the root user; the page is ours and runs nothing.
        alone = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        command = [
            chromium,
            *_FLAGS,
            *alone,
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            raise PressError(f"{chromium} took longer than {_SECONDS} s to print") from None
        if done.returncode or not printed.is_file():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise PressError(
                f"{chromium} could not print (exit code {done.returncode}){': ' + said[-1] if said else ''}"
            )
        part = target.with_name(f".{target.name}.part")
        shutil.copyfile(printed, part)
        os.replace(part, target)
    return len(_PAGE.findall(target.read_bytes()))


def together(pack: Path) -> str:
    """All pages of *pack* as one document in the order of the pack, a new sheet for each, links between them kept."""
    pack_manifest = manifest.load(pack)
    if pack_manifest is None:
        raise PressError(f"{pack} has no pack with a manifest; there is nothing to print")
    names = [entry["page"] for entry in pack_manifest["notebooks"].values()]
    texts = {name: (pack / name).read_text(encoding="utf-8") for name in names}
    first = texts[names[0]]
    parts = [_part(name, text, names) for name, text in texts.items()]
    styles = dict.fromkeys(style for text in texts.values() for style in _STYLE.findall(text))
    head = _STYLE.sub("", _found(_HEAD, first))
    style = f"{''.join(styles)}<style>main+main{{break-before:page}}</style></head>"
    # It may lie beside a pack that was made anew since: it says which one it is of.
    said = f"Printed from the pack of {pack_manifest['cycle']} whose hash begins {pack_manifest['pack_sha256'][:12]}."
    parts.append(f'<footer class="made"><p>{said}</p></footer>')
    return "\n".join([head.replace("</head>", style), "<body>", _found(_TOP, first), *parts, "</body>", "</html>"])


def _found(pattern: re.Pattern[str], text: str) -> str:
    """The part of a page that the template always has. Raises PressError where the page is none of ours."""
    if (match := pattern.search(text)) is None:
        raise PressError("a page of the pack is not as the template makes it; run pcp report --force")
    return match[0]


def _part(name: str, text: str, names: list[str]) -> str:
    """The main part of a page, its ids made those of the page alone, its links to other pages leading inside the
    document.

    A link to a file that is not in the document is words.
    """

    def own(match: re.Match[str]) -> str:
        return match[1] + " ".join(f"{name}-{each}" for each in match[2].split())

    def inside(match: re.Match[str]) -> str:
        return f' href="#{match[1]}-{match[2] or "content"}"' if match[1] in names else ""

    return _LINK.sub(inside, _REFERENCE.sub(own, _found(_MAIN, text)))
