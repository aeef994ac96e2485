#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/findings.md: the known deviations of real runtimes (expectations/*.json), worst first, each with the sentence of the
standard, by its id, and a command that shows it.

Usage: findings.py LOADLINE [--check | --reproduce]
--check: exit 1 when the page is older than what it is made from. --reproduce: runs every command of the page; exit 1 when one does not show
its deviation. Needs root and the candidates; what comes and goes is tried TRIES times, and is no fault when it stays away.
"""
import collections
import json
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "findings.md"
FAULTS = HERE.parent / "schema" / "faults" / "known.json"
# lxc-execute is LXC as well, and has no line of its own.
VERSIONS = {"runc": "runc 1.1.5+ds1-1+deb12u1", "crun": "crun 1.8.1-1+deb12u1", "runsc": "runsc 0.0~20221219.0-2",
            "lxc": "lxc 1:5.0.2-1+deb12u4", "nspawn": "systemd-container 252.39-1~deb12u2", "bubblewrap": "bubblewrap 0.8.0-2+deb12u1"}
# What a deviation is about decides how bad it is; the first that matches counts.
CLASSES = [
    ("What should be refused is taken", "A mistake of whoever wrote the configuration goes unnoticed.", r"refused|/twice/"),
    ("An image or a caller can reach further than it should", "These matter to whoever relies on a container as a boundary.",
     r"^loadline/isolation/(?!init/|exec/|bundle/|left-behind/)|^loadline/control/devices/|/(masked-paths|readonly-paths)/|seccomp.*by-exec|exec/seccomp"),
    ("Programs meet another kernel", "What they are answered is not what the host's kernel answers.", r"^loadline/equivalence/"),
    ("Something is left when something goes wrong", "A host on which calls fail or processes are killed fills up, or is told what is not so.",
     r"^loadline/faults/|/left-behind/|/runs/leaks"),
    ("A promise is not kept", "What the configuration or the caller asked for does not happen, or happens differently.", r""),
]
ORDER = [1, 4, 3, 0, 2]
DECLARED = "1.0.2"
NOT_EVERY_TIME = "; not every time"
TRIES = 5


def class_of(case):
    return next(i for i, (_, _, pattern) in enumerate(CLASSES) if re.search(pattern, case))


def cases_of(loadline):
    cases = json.loads(subprocess.run([loadline, "list", "cases", "--format", "json"], check=True, capture_output=True, text=True).stdout)
    return {case["id"]: case for case in cases}


def ids_of(pattern, known):
    expression = re.compile(".*".join(map(re.escape, pattern.split("*"))) + "$")
    return [case for case in known if expression.match(case)]


def findings(known):
    """{(class, reason): {candidate: [expectation]}}"""
    found = collections.defaultdict(lambda: collections.defaultdict(list))
    for candidate in VERSIONS:
        for entry in json.loads((HERE / "expectations" / f"{candidate}.json").read_text())["expectations"]:
            found[class_of(entry["case"]), entry["reason"]][candidate].append(entry)
    return found


def lab(candidate, entry, case):
    """What goes in front of a command that needs what the lab alone has; runc and crun are always there."""
    if entry.get("when", {}).get("cgroup") != "v2" and not {"cgroup-v2", "apparmor"} & set(case.get("needs", [])):
        return ""
    return "loadline lab -- " if candidate in ("runc", "crun") else f"loadline lab --program {candidate} -- "


def item(reason, by_candidate, known):
    lines = [f"* **{' and '.join(by_candidate)}**: {reason}."]
    for candidate, entries in by_candidate.items():
        first = entries[0]["case"]
        case = next((known[name] for name in ids_of(first, known)), {})
        sentence = ", ".join(f"`{name}`" for name in case.get("requirements", []))
        rootless = " --rootless" if any(entry.get("when", {}).get("rootless") == "true" for entry in entries) else ""
        spec = next((f" --spec {entry['when']['spec']}" for entry in entries if "*" not in entry.get("when", {}).get("spec", "*")), "")
        # All of them declare 1.0.2, and are judged by that version unless another is asked for.
        if not spec and case.get("since", DECLARED) != DECLARED:
            spec = f" --spec {case['since']}"
        more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
        now_and_then = NOT_EVERY_TIME if any(entry.get("sometimes") for entry in entries) else ""
        # What stands for all runs together shows with the cases alone.
        chosen = "--battery cases" if "/runs/" in first else f"--only '{first}'"
        lines.append(f"  * `{lab(candidate, entries[0], case)}loadline certify {candidate}{rootless}{spec} {chosen}`{more}{now_and_then}" + (f": {sentence}" if sentence else ""))
    for link in sorted({entry["link"] for entries in by_candidate.values() for entry in entries if "link" in entry}):
        lines.append(f"  * see <{link}>")
    return "\n".join(lines)


def published_faults(known):
    """The faults that have been published, and that a candidate does not defend against: what it needs works, and a check of the fault fails."""
    lines = []
    for fault in json.loads(FAULTS.read_text())["faults"]:
        shown = []
        for candidate in VERSIONS:
            entries = json.loads((HERE / "expectations" / f"{candidate}.json").read_text())["expectations"]
            fails = {case for entry in entries if not entry.get("when") for case in ids_of(entry["case"], known)}
            failed = sorted(fails & set(fault["checks"]))
            if failed and not fails & set(fault.get("given", [])):
                shown.append((candidate, failed[0]))
        if shown:
            lines.append(f"* **{fault['id']}**: {fault['title']}. First seen in {' and '.join(fault['runtimes'])}.")
            lines += [f"  * `loadline certify {candidate} --only '{check}'`" for candidate, check in shown]
    return ["## Published faults", "",
            "These shapes of published faults (`schema/faults/known.json`) show in these versions, in the runtimes that they are known of or in another. No entry of",
            "Debian's changelogs for the packages says that they were mended there. The report of `loadline certify CANDIDATE` says of each of the others that the",
            "candidate defends, or why it cannot be shown.", "", *lines, ""]


def page(loadline):
    known = cases_of(loadline)
    found = findings(known)
    text = ["# What real runtimes do otherwise", "",
            "Every result of the candidates below that is not as the standard says was looked into: first our case was suspected, then the host, then the",
            "runtime. What is left stands here, worst first, made by `conformance/findings.py` from `conformance/expectations/`. A finding names the sentence",
            "(`loadline explain ID` shows it) and the command that shows it on a host like that of the [README](../README.md).", "",
            "Looked at, as Debian has them: " + "; ".join(VERSIONS.values()) + ". Whether a newer version of theirs still does so is not said here, and Debian keeps its own fixes. LXC,",
            "systemd-nspawn and bubblewrap have no OCI command line: `conformance/adapters/` gives them one, and what they have no words for is not held against them.", ""]
    for index in ORDER:
        title, meaning, _ = CLASSES[index]
        rows = [(reason, by) for (kind, reason), by in found.items() if kind == index]
        # What several do comes first, then what shows in most places.
        rows.sort(key=lambda row: (-len(row[1]), -sum(map(len, row[1].values())), row[0]))
        text += [f"## {title}", "", meaning, ""] + [item(reason, by, known) for reason, by in rows] + [""]
    text += published_faults(known)
    return "\n".join(text)


def shows_deviation(loadline, command):
    """Whether a result is what is expected, and not what the standard says. What kept the command from its results is told."""
    run = subprocess.run([loadline, *shlex.split(command)[1:], "--format", "json", "--quiet"], capture_output=True, text=True, check=False)
    if not run.stdout:
        print(run.stderr.strip())
    results = json.loads(run.stdout)["results"] if run.stdout else []
    return any(result["verdict"] == result["expected"] != "pass" for result in results)


def reproduce(loadline):
    commands = re.findall(r"^  \* `(loadline (?:lab|certify) [^`]*)`(.*)$", PAGE.read_text(), re.MULTILINE)
    silent = 0
    for command, rest in commands:
        comes_and_goes = NOT_EVERY_TIME in rest
        if any(shows_deviation(loadline, command) for _ in range(TRIES if comes_and_goes else 1)):
            continue
        print(f"{'does not show now, as it may' if comes_and_goes else 'does not show'}: {command}")
        silent += not comes_and_goes
    print(f"{len(commands)} commands, {len(commands) - silent} as the page says")
    return silent != 0


def main():
    if sys.argv[2:] == ["--reproduce"]:
        return reproduce(sys.argv[1])
    text = page(sys.argv[1])
    if sys.argv[2:] == ["--check"]:
        return PAGE.read_text() != text
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
