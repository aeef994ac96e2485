#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the cases about Intel RDT on the stand-in for resctrl: our runtime passes all, and each fails with a wrong one.

Usage: intel_rdt_cases.py PROGRAMS STAND_IN [--sample]. PROGRAMS is the directory of loadline and the rest; --sample takes one wrong runtime
of each kind. Exit status: 0 all went so, 1 something did not, 2 wrong usage, 4 this host cannot mount the stand-in.
"""

import fnmatch
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

INSIDE = "LOADLINE_RDT_INSIDE"
AREA = "oci-runtime/intel-rdt/"
VERSIONS = ("1.0.2", "1.1.0", "1.2.1", "1.3.0")
LAST = VERSIONS[-1]
INTERRUPTED = 130
OWN_ENTRIES = {"info", "mon_data", "mon_groups"}

# A runtime that does something of its own before or after a call of ours. It sees $verb, $id, the mount $rdt, and $before or $after,
# with which it sees $pid.
WRAPPER = """#!/bin/sh
runtime={runtime} rdt={rdt} verb= id= pidfile= last=
for word in "$@"; do
  case $word in create|start|delete) verb=${{verb:-$word}} ;; esac
  [ "$last" != --pid-file ] || pidfile=$word
  last=$word id=$word
done
act() {{
  before= after=; eval "$1=yes"
  [ -z "$pidfile" ] || [ -n "$before" ] || pid=$(cat "$pidfile" 2>/dev/null)
  {act}
}}
act before
"$runtime" "$@"
status=$?
act after
exit $status
"""


def write_after_create(*lines):
    """What has the group of a container hold other schemas than those it was asked for."""
    written = "; ".join(f"echo {line} >$group/schemata" for line in lines)
    groups = "$rdt/$id $rdt/$id.gold $rdt/$id.old"
    return f'case $verb$after in createyes) for group in {groups}; do [ ! -d "$group" ] || {{ {written}; }}; done ;; esac'


# What a runtime does wrong (a stage that it leaves out, properties that it passes over, an act of its own), and the cases that notice.
JOINING = ("process/*", "group/named-by-id", "group/made-for-class/*", "group/preconfigured", "group/class-kept/*", "schema/lines/*",
           "rules/*", "monitoring/created/*")
STAGES = {
    "resctrl-plan": ("process/*", "group/*", "schema/*", "rules/*", "monitoring/*"),
    "resctrl": ("process/in-group/of-container", "group/named-by-id", "group/made-for-class/*", "group/own-removed",
                "group/class-kept/made", "schema/alone/*", "schema/combined", "schema/bandwidth-wins", "schema/in-order",
                "schema/lines/*", "schema/lines-last/*", "schema/none/new-group", "rules/*", "monitoring/created/*",
                "monitoring/deleted"),
    "resctrl-membership": (*JOINING, "group/root", "schema/none/*"),
    "remove-resctrl": ("group/own-removed", "monitoring/deleted"),
}
DROPPED = {
    ("closID",): ("process/in-group/of-class", "group/made-for-class/*", "group/preconfigured*", "group/root",
                  "schema/other-refused/*", "monitoring/created/of-class"),
    ("enableMonitoring",): ("monitoring/*",),
    ("schemata",): ("schema/lines/*", "schema/lines-last/*"),
    ("l3CacheSchema", "memBwSchema"): ("schema/alone/*", "schema/combined", "schema/other-refused/*", "rules/*"),
}
ACTS = {
    "moves everybody to the root": (
        'case $verb$after in createyes) echo "$pid" >$rdt/tasks ;; esac',
        ("unset/untouched", *JOINING)),
    "removes every group with the container": (
        'case $verb$after in deleteyes) rmdir $rdt/$id* ;; esac', ("group/class-kept/*", "group/found-by-id-kept")),
    "makes a class that is missing": (
        'case $verb$before in createyes) mkdir -p $rdt/$id.gold ;; esac', ("group/preconfigured-missing-refused",)),
    "writes other schemas": (
        write_after_create("L3:0=4", "MB:0=30"),
        ("schema/alone/*", "schema/combined", "schema/lines/*", "schema/none/*", "rules/*")),
    "writes the first schema last": (
        write_after_create("L3:0=1", "MB:0=20"), ("schema/in-order", "schema/bandwidth-wins", "schema/lines-last/after-l3")),
}


class Bench:
    """The stand-in, mounted, and candidates that use it."""

    def __init__(self, programs, stand_in, folder):
        self.programs, self.folder = programs, folder
        self.mount = folder / "resctrl"
        self.mount.mkdir()
        self.server = subprocess.Popen([stand_in, self.mount])

    def is_mounted(self):
        end = time.monotonic() + 10
        while time.monotonic() < end and self.server.poll() is None:
            if f" {self.mount} " in pathlib.Path("/proc/self/mountinfo").read_text():
                return True
            time.sleep(0.02)
        return False

    def end(self):
        subprocess.run(["umount", self.mount], check=False)
        self.server.wait(timeout=10)

    def groups(self):
        return sorted(entry.name for entry in self.mount.iterdir() if entry.is_dir() and entry.name not in OWN_ENTRIES)

    def wrapper(self, act):
        path = self.folder / "wrapper"
        path.write_text(WRAPPER.format(runtime=shlex.quote(f"{self.programs}/loadline-runtime"),
                                       rdt=shlex.quote(str(self.mount)), act=act))
        path.chmod(0o755)
        return [str(path)]

    def words(self, spec, globs=("*",), command=None, options=None, stand_in=None):
        """The command line that judges a runtime by cases of the area."""
        profile = {"schemaVersion": 1, "name": "stand-in", "command": command or [f"{self.programs}/loadline-runtime"],
                   "globalOptions": ["--root", "${root}", *(["--resctrl", str(self.mount)] if options is None else options)],
                   "versionCommand": ["--version"], "features": "command", "resctrl": str(stand_in or self.mount)}
        if stand_in == "":
            del profile["resctrl"]
        file = self.folder / "candidate.json"
        file.write_text(json.dumps(profile))
        only = [word for glob in globs for word in ("--only", AREA + glob)]
        return [f"{self.programs}/loadline", "certify", file, *only, "--spec", spec, "--format", "json", "--quiet"]

    def certify(self, spec, globs=("*",), **how):
        """The verdicts, by id without the area."""
        words = self.words(spec, globs, **how)
        answer = subprocess.run(words, capture_output=True, text=True, timeout=200, check=False)
        try:
            results = json.loads(answer.stdout)["results"]
        except (ValueError, KeyError):
            sys.exit(f"certify: exit status {answer.returncode}: {answer.stderr.strip()}")
        return {result["id"].split("@")[0].removeprefix(AREA): result for result in results if result["id"].startswith(AREA)}


def fits(case, globs):
    return any(fnmatch.fnmatchcase(case, glob) for glob in globs)


def say(results, cases):
    return [f"  {case}: {results[case]['verdict']}: {results[case]['message']}" for case in sorted(cases)]


def judge_own(bench):
    """Our runtime as it is passes what can be judged, in each version; the cases that passed, by version."""
    wrong, passed = [], {}
    for spec in VERSIONS:
        results = bench.certify(spec)
        passed[spec] = {case for case, result in results.items() if result["verdict"] == "pass"}
        left = set(results) - passed[spec] - {"without-resctrl/refused"}
        wrong += [f"{spec}: our runtime does not pass"] * bool(left) + say(results, left)
        print(f"{spec}: {len(passed[spec])} pass")
    return wrong, passed


def judge_wrong(bench, passed, name, globs, noticed, **how):
    """A wrong runtime fails the cases that the globs name."""
    wrong = []
    for spec in ("1.2.1", LAST):
        expected = {case for case in passed[spec] if fits(case, globs)}
        if spec != LAST and not expected - passed[LAST]:
            continue  # nothing that the other version does not have
        results = bench.certify(spec, [glob for glob in globs if any(fits(case, [glob]) for case in expected)], **how)
        failed = {case for case, result in results.items() if result["verdict"] == "fail"}
        noticed |= failed
        missed = expected - failed
        wrong += [f"{spec}, {name}: nobody notices"] * bool(missed) + say(results, missed)
        print(f"{spec}, {name}: {len(failed)} fail")
    return wrong


def judge_gate(bench):
    """What is no resctrl is taken for none: neither a directory by the harness nor the stand-in by a runtime that nobody told."""
    plain = bench.folder / "plain"
    plain.mkdir()
    wrong = [f"the harness takes a directory for resctrl: {case}" for case, result in bench.certify(LAST, stand_in=plain).items()
             if result["verdict"] == "pass" and case != "without-resctrl/refused"]
    results = bench.certify(LAST, options=[], stand_in="")
    if results["without-resctrl/refused"]["verdict"] != "pass":
        wrong += ["a runtime that was not told takes the stand-in for resctrl"] + say(results, ["without-resctrl/refused"])
    return wrong


def judge_interrupted(bench):
    """Who is interrupted in the middle of a run takes its groups along."""
    certify = subprocess.Popen(bench.words(LAST), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while certify.poll() is None and not bench.groups():
        time.sleep(0.01)
    certify.send_signal(signal.SIGINT)
    if certify.wait(timeout=30) != INTERRUPTED:
        return [f"interrupted, certify exits with {certify.returncode}"]
    return []


def judge(bench, sample):
    def chosen(wrong_ones):
        return list(wrong_ones.items())[:1 if sample else None]

    wrong, passed = judge_own(bench)
    noticed = set()
    runtime = f"{bench.programs}/loadline-runtime"
    for stage, globs in chosen(STAGES):
        wrong += judge_wrong(bench, passed, f"without the stage {stage}", globs, noticed,
                             options=["--resctrl", str(bench.mount), "--without-stage", stage])
    for names, globs in chosen(DROPPED):
        drops = [word for name in names for word in ("--drop", f"/linux/intelRdt/{name}")]
        wrong += judge_wrong(bench, passed, f"without {' and '.join(names)}", globs, noticed,
                             command=[f"{bench.programs}/loadline-mutant", *drops, "--", runtime])
    for name, (act, globs) in chosen(ACTS):
        wrong += judge_wrong(bench, passed, name, globs, noticed, command=bench.wrapper(act))
    never = set() if sample else set().union(*passed.values()) - noticed
    wrong += [f"no wrong runtime fails {case}" for case in sorted(never)]
    wrong += judge_interrupted(bench)
    wrong += [f"the group {name} is left" for name in bench.groups()]
    return wrong + judge_gate(bench)


def main():
    sample = sys.argv[3:] == ["--sample"]
    if len(sys.argv) != 3 and not sample:
        print(__doc__, file=sys.stderr)
        return 2
    if os.geteuid() != 0 or not os.access("/dev/fuse", os.R_OK | os.W_OK) or not shutil.which("unshare"):
        print("the stand-in needs root, /dev/fuse and unshare", file=sys.stderr)
        return 4
    if INSIDE not in os.environ:
        words = ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv]
        os.execvpe("unshare", words, {**os.environ, INSIDE: "yes"})
    with tempfile.TemporaryDirectory(prefix="loadline-rdt-") as name:
        bench = Bench(os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2]), pathlib.Path(name))
        try:
            if not bench.is_mounted():
                print("this host does not let the stand-in be mounted", file=sys.stderr)
                return 4
            wrong = judge(bench, sample)
        finally:
            bench.end()
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
