#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long a page takes: written by loadline, and opened by a browser until the first picture of it is there.

Prints the median of each for a report of 1,000 results (or N), beside that of an empty page, and the size; the same for eight candidates.
Usage: pages.py LOADLINE [N] [ROUNDS]        needs: chromium
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the source tree stays as it is
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pages"))
import sample_reports  # noqa: E402
from browser import Browser, Tab  # noqa: E402


def seconds(work):
    start = time.monotonic()
    work()
    return time.monotonic() - start


def main():
    loadline = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 9
    with tempfile.TemporaryDirectory() as name, Browser() as browser:
        directory = pathlib.Path(name)
        made = sample_reports.write_all(directory)
        big = directory / "big.json"
        big.write_text(__import__("json").dumps(sample_reports.certification("bad", sample_reports.bad, count)))
        pages = {f"{count} results": (["report", "render"], [str(big)]), "8 candidates": made["compare"], "6 reports over time": made["history"]}
        empty = directory / "empty.html"
        empty.write_text("<!doctype html><title>x</title>x")
        written, opened = {}, {}
        # One round after the other, so that a change of the machine's load meets all alike.
        for _ in range(rounds):
            for page, (verb, files) in pages.items():
                path = directory / f"{page}.html"
                with open(path, "wb") as out:
                    written.setdefault(page, []).append(
                        seconds(lambda v=verb, f=files, o=out: subprocess.run([loadline, *v, *f, "--format", "html"], stdout=o, check=False)))
            for page in ["empty", *pages]:
                with Tab(browser, 1200) as tab:
                    opened.setdefault(page, []).append(
                        seconds(lambda t=tab, p=page: (t.open(directory / f"{p}.html"), t.screenshot())))
        print(f"an empty page: opened in {1000 * statistics.median(opened['empty']):.0f} ms")
        for page in pages:
            size = (directory / f"{page}.html").stat().st_size
            write, show = (1000 * statistics.median(times[page]) for times in (written, opened))
            print(f"{page}: {size / 1024:.0f} KiB, written in {write:.0f} ms, opened in {show:.0f} ms, together {write + show:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
