#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Certifies the reference runtime here and in the lab on pure cgroup v2, and compares the verdicts case by case.

Every difference needs a reason in layout_differences.json: {"differences": [{"id": GLOB, "here": VERDICT, "there": VERDICT,
"reason": …}]}; of the whole suite, a reason that no difference needs is a fault too. Usage: compare_layouts.py LOADLINE [I/N]; the
second is a part of the suite, as `certify --shard` takes it. Exit status: 0 every difference has its reason, 1 not so, 2 wrong usage,
4 this host has no lab.
"""

import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = ["certify", "--battery", "cases", "--quiet", "--report", "json=report.json"]


def verdicts(folder, command):
    run = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=1200,
                         check=False)
    report = folder / "report.json"
    if not report.exists():
        print(run.stderr.strip(), file=sys.stderr)
        return run.returncode, {}
    return run.returncode, {result["id"]: result["verdict"] for result in json.loads(report.read_text())["results"]}


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    loadline, shard = os.path.realpath(sys.argv[1]), sys.argv[2:3]
    cases = CASES + (["--shard", *shard] if shard else [])
    reasons = json.loads((HERE / "layout_differences.json").read_text())["differences"]
    with tempfile.TemporaryDirectory(prefix="loadline-layouts-") as name:
        folder = pathlib.Path(name)
        _, here = verdicts(folder, [loadline, *cases])
        (folder / "report.json").unlink(missing_ok=True)
        status, there = verdicts(folder, [loadline, "lab", "--", "loadline", *cases])
    if status == 4 and not there:
        return 4
    wrong, used = [], set()
    for case in sorted(here.keys() | there.keys()):
        pair = (here.get(case), there.get(case))
        if pair[0] == pair[1]:
            continue
        row = next((i for i, row in enumerate(reasons) if fnmatch.fnmatchcase(case, row["id"]) and
                    pair == (row["here"], row["there"])), None)
        if row is None:
            wrong.append(f"{case}: {pair[0]} here, {pair[1]} on cgroup v2, and no reason is given")
        used.add(row)
    if not shard:
        wrong += [f"{row['id']}: a reason for no difference" for i, row in enumerate(reasons) if i not in used]
    for line in wrong:
        print(line)
    same = sum(here.get(case) == there.get(case) for case in here)
    print(f"{len(here)} cases, {same} judged alike on both, {len(wrong)} faults")
    return 1 if wrong or not there else 0


if __name__ == "__main__":
    sys.exit(main())
