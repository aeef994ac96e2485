#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""render_time.py LOADLINE: a report of 1,000 results is rendered in under a second, in every format.

It is the processor's time that counts, the least of three runs: a machine that is busy with something else makes it no longer. bench/pages.py says what
a reader waits for, with a browser. Ends with 1 when a format takes longer, or its page lacks a result."""
import json
import os
import pathlib
import re
import sys
import tempfile

sys.dont_write_bytecode = True  # the source tree stays as it is
import sample_reports  # noqa: E402

RESULTS = 1000
SECONDS = 1.0
ROUNDS = 3


def rendered(loadline, report, form, path):
    """Seconds of the processor that it took."""
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    child = os.posix_spawn(loadline, [loadline, "report", "render", str(report), "--format", form], os.environ,
                           file_actions=[(os.POSIX_SPAWN_DUP2, out, 1)])
    os.close(out)
    _, status, used = os.wait4(child, 0)
    # The report has failures that nobody expected.
    assert os.waitstatus_to_exitcode(status) == 1, f"{form}: exit status {os.waitstatus_to_exitcode(status)}"
    return used.ru_utime + used.ru_stime


def main():
    loadline = sys.argv[1]
    slow = []
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        report = directory / "report.json"
        content = sample_reports.certification("bad", sample_reports.bad, RESULTS)
        report.write_text(json.dumps(content), encoding="utf-8")
        for form in ("html", "text", "json", "junit", "sarif", "markdown"):
            path = directory / form
            seconds = min(rendered(loadline, report, form, path) for _ in range(ROUNDS))
            print(f"{form}: {len(content['results'])} results in {1000 * seconds:.0f} ms of the processor, {path.stat().st_size >> 10} KiB")
            if seconds >= SECONDS:
                slow.append(form)
        page = (directory / "html").read_text(encoding="utf-8")
        shown = set(re.findall(r'id="result-(\d+)"', page))
    assert len(shown) == len(content["results"]), f"the page shows {len(shown)} results"
    assert not slow, f"a second or more: {', '.join(slow)}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
