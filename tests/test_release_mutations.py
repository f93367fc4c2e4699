"""Two thousand broken releases in four layouts: none crashes, none at fault writes, none changes a whole column silently."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pcp_analysis.loaders import import_release, register
from pcp_analysis.strict.fault import FaultError
from tests.test_releases import CODED, DESCRIPTION, EVENTS, WIDE, as_csv, event_rows, long_rows, wide_rows

SEEDS = 500
AS_AT = date(2014, 9, 5)
Rows = list[list[str]]
#: Kinds that change one count only: no file shows that by itself.
SINGLE = {"a digit of a count", "one event moved to another name", "one row of an event gone", "one event twice"}


def coded_rows() -> Rows:
    """Three areas by code and name, and their sum, in four years."""
    rows = [["Code", "Name", *map(str, range(2010, 2014))]]
    rows += [[f"E{at}", name, *(str(100 * at + 7 * year) for year in range(4))]
             for at, name in enumerate(("North", "South", "West"), start=1)]  # fmt: skip
    return [*rows, ["E9", "All", *(str(sum(int(row[at]) for row in rows[1:])) for at in range(2, 6))]]


LAYOUTS: dict[str, tuple[str, Callable[[], Rows], int]] = {
    "long": (DESCRIPTION.replace("[periods]", '[periods]\nfirst = "2014-05"'), long_rows, 3),
    "wide": (WIDE.replace("[periods]", '[periods]\nfirst = "2014-05"'), wide_rows, 2),
    "coded": (
        CODED.replace("[periods]", '[periods]\nfirst = "2010-12"') + '"E3" = "West"\n\n[totals.areas]\n"E9" = ["North", "South", "West"]\n',
        coded_rows,
        2,
    ),
    "events": (EVENTS.replace("[periods]", '[periods]\nfirst = "2014-05"'), event_rows, 4),
}  # fmt: skip


def broken(layout: str, chance: random.Random) -> tuple[str, bytes]:
    """A kind of damage, and the file that it leaves."""
    _, made, counts = LAYOUTS[layout]
    rows, across = made(), layout in ("wide", "coded")
    row, column = chance.randrange(1, len(rows)), chance.randrange(len(rows[0]))
    figures = range(counts, len(rows[0])) if across else [counts] if layout == "long" else []
    names = range(counts) if across else range(len(rows[0]) - (layout == "long"))

    def cell(kind: str) -> str:
        at = chance.choice(list(figures))
        digits = rows[row][at]
        if kind == "digit":
            place = chance.randrange(len(digits))
            rows[row][at] = (
                digits[:place] + str((int(digits[place]) + chance.randrange(1, 10)) % 10) + digits[place + 1 :]
            )
            return "a digit of a count"
        rows[row][at] = chance.choice(["", "-", "n/a", "1.5", "1e2", "#REF!", "-7", "0x1F", "12 345", "\u0663", "½"])
        return "a count that is none"

    def heading() -> str:
        rows[0][column] = chance.choice(["", "Total", rows[0][column] + "x", rows[0][column - 1], "209901"])
        return "a heading changed"

    def exchanged() -> str:
        if across:
            one, two = chance.sample(list(figures), 2)
            rows[0][one], rows[0][two] = rows[0][two], rows[0][one]
            return "headings of periods exchanged"
        one, two = chance.sample(list(names), 2)
        rows[0][one], rows[0][two] = rows[0][two], rows[0][one]
        return "headings exchanged"

    def shifted() -> str:
        start = chance.choice(list(names))
        rows[row][start:] = [*rows[row][start + 1 :], rows[row][start]]
        return "a row shifted"

    def century() -> str:
        at = [place for place, name in enumerate(rows[0]) if name.isdigit() or "-14" in name]
        for place in at:
            rows[0][place] = (
                str(int(rows[0][place]) + 100) if rows[0][place].isdigit() else rows[0][place].replace("14", "34")
            )
        for line in rows[1:]:
            line[:] = [text.replace("-14", "-34").replace("/2014", "/2034") for text in line]
        return "all periods later"

    def name_changed() -> str:
        at = chance.choice(list(names)[1:] if layout == "events" else list(names))
        text = rows[row][at]
        same = [line for line in rows[1:] if line[at] == text]
        changed = chance.choice([text[:-1], text + "s", "", text[::-1], "Elsewhere"])
        for line in same:
            line[at] = changed
        return "a name changed throughout"

    def gone() -> str:
        if layout == "events" and chance.random() < 0.5:
            del rows[row]
            return "one row of an event gone"
        if layout == "events":
            del rows[0][column]
            for line in rows[1:]:
                del line[column]
            return "a column gone"
        del rows[row]
        return "a row gone"

    def twice() -> str:
        rows.insert(row, list(rows[row]))
        return "one event twice" if layout == "events" else "a row twice"

    def codes_exchanged() -> str:
        one, two = chance.sample(range(1, len(rows)), 2)
        if layout != "coded":
            return shifted()
        at = chance.randrange(2)
        rows[one][at], rows[two][at] = rows[two][at], rows[one][at]
        return "names of two rows exchanged"

    def figures_exchanged() -> str:
        if layout != "coded":
            return heading()
        one = chance.choice(list(figures))
        for line in rows[1:]:
            line[one] = str(int(line[one]) * 2 if line is not rows[-1] else int(line[one]))
        return "a column of figures changed"

    def raw() -> tuple[str, bytes]:
        data = as_csv(rows).encode()
        how = chance.randrange(6)
        if how == 0:
            cut = chance.randrange(1, min(len(data), 400))
            # A file that is cut where a line ends has whole rows, and of events nobody can know how many there were.
            whole = data[:-cut].endswith(b"\n")
            return ("one row of an event gone" if whole and layout == "events" else "cut short"), data[:-cut]
        if how == 1:
            return "another separator", data.replace(b",", b";")
        if how == 2:
            return "UTF-16", data.decode().encode("utf-16")
        if how == 3:
            return "a byte of nought", data[: len(data) // 2] + b"\0" + data[len(data) // 2 :]
        if how == 4:
            at = chance.randrange(len(data))
            return "a quotation mark", data[:at] + b'"' + data[at:]
        return "not text", bytes(chance.randrange(256) for _ in range(200)) + b"\n"

    kinds: list[Callable[[], str]] = [
        heading,
        exchanged,
        shifted,
        century,
        name_changed,
        gone,
        twice,
        codes_exchanged,
        figures_exchanged,
    ]
    if figures:
        kinds += [lambda: cell("digit"), lambda: cell("none"), lambda: cell("none")]
    pick = chance.randrange(len(kinds) + 3)
    if pick >= len(kinds):
        return raw()
    return kinds[pick](), as_csv(rows).encode()


def table_of(root: Path) -> dict[str, str]:
    """The cells of the table that an import wrote, by area, series and period."""
    lines = (root / register.RAW / "broken.csv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.rsplit(",", 1) for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_damage_crashes_writes_or_changes_a_whole_column_silently(layout: str, tmp_path: Path) -> None:
    """Whatever is broken is refused with nothing written, or leaves every number as it was, but for single counts."""
    folder = tmp_path / "data" / "releases"
    folder.mkdir(parents=True)
    text, made, _ = LAYOUTS[layout]
    (folder / "broken.toml").write_text(text, encoding="utf-8")
    file = tmp_path / "download.csv"
    raw = tmp_path / register.RAW

    def imported(data: bytes) -> dict[str, str] | None:
        for path in raw.glob("*"):
            path.unlink()
        file.write_bytes(data)
        try:
            import_release(tmp_path, "broken", [file], as_at=[AS_AT])
        except FaultError as error:
            faults = error.faults
        else:
            return table_of(tmp_path)
        assert faults
        assert all(fault.rule and fault.mend for fault in faults)
        assert not [*raw.glob("*")]
        return None

    sound = imported(as_csv(made()).encode())
    assert sound
    refused: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for seed in range(SEEDS):
        kind, data = broken(layout, random.Random(f"{layout} {seed}"))
        table = imported(data)
        if table is None:
            refused[kind] += 1
        elif any(sound.get(cell) != count for cell, count in table.items()):
            silent[kind] += 1
        elif kind not in SINGLE and len(table) < len(sound):
            silent[f"cells gone: {kind}"] += 1
    assert refused.total() > SEEDS / 2
    assert set(silent) <= SINGLE, silent
