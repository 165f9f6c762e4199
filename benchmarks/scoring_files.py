"""Benchmark: scoring a file of a million forecasts, as a multiple of only reading it (`csv.reader` and `float()`).

Run: python benchmarks/scoring_files.py [rows]. Both run as separate commands, in turn, so that start-up time and load
count for both. The targets are 3 with up to 1,001 distinct forecasts and 5 where all are distinct.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3
BARE = """
import csv, sys
with open(sys.argv[1], newline="", encoding="utf-8") as source:
    rows = csv.reader(source)
    next(rows)
    for row in rows:
        float(row[0])
        float(row[1])
"""
CASES = {"up to 1,001 distinct forecasts": (3, 3), "all distinct": (None, 5)}  # digits, target


def write(path: Path, rows: int, digits: int | None) -> None:
    draw = random.Random(1)
    with path.open("w", encoding="utf-8") as out:
        out.write("forecast,outcome\n")
        for _ in range(rows):
            p = draw.random() if digits is None else round(draw.random(), digits)
            out.write(f"{p},{int(draw.random() < p)}\n")


def seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        for name, (digits, target) in CASES.items():
            path = Path(folder) / f"{digits}.csv"
            write(path, rows, digits)
            score = [
                sys.executable,
                "-m",
                "ledger",
                "score",
                str(path),
                "--forecast",
                "forecast",
                "--outcome",
                "outcome",
            ]
            times = [(seconds([sys.executable, "-c", BARE, str(path)]), seconds(score)) for _ in range(ROUNDS)]
            bare, scored = min(one for one, _ in times), min(other for _, other in times)
            ratio = scored / bare
            print(
                f"{rows:,} rows, {name}: bare pass {bare:.2f} s, scored in {scored:.2f} s: {ratio:.2f} "
                f"({'meets' if ratio <= target else 'MISSES'} {target})",
                flush=True,
            )


if __name__ == "__main__":
    main()
