#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Takes each defence of defences.json out of the runtime, one at a time, and demands that a test notices.

Usage: defences.py [--sample] [--list] BUILD [WORD…] (rows whose class or defence contains a word). BUILD is a build
directory with loadline-runtime and runtime_test in it; nothing is written outside of a directory made below it. Exit
status: 0 every loss is noticed, 1 one is not, 2 wrong usage, 4 this host cannot show it, 70 a row is stale or broken.
"""

import argparse
import collections
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

import builder
import cage

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What every program without one defence still does: a runtime that does nothing would be caught by every test.
STILL_WORKS = "Lifecycle.RunReturnsTheExitStatus:Exec.RunsACommandAndReturnsItsStatus"
REQUIRED = {"defence", "class", "cves", "file", "find", "replace", "tests"}
OPTIONAL = {"also", "program", "sample"}


class Broken(Exception):
    """A row that cannot be used as it stands."""


def read_rows():
    rows = json.loads((HERE / "defences.json").read_text(encoding="utf-8"))
    for row in rows:
        if not REQUIRED <= row.keys() <= REQUIRED | OPTIONAL:
            raise Broken(f"a row has not the keys that it should: {row}")
    names = collections.Counter(row["defence"] for row in rows)
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise Broken(f"named twice: {', '.join(twice)}")
    return rows


def table_line(row):
    """As README.md has it."""
    files = dict.fromkeys(edit["file"].removeprefix("reference-runtime/") for edit in [row, *row.get("also", [])])
    cells = [row["class"], row["defence"], ", ".join(f"`{name}`" for name in files), row["tests"].replace(":", ", ")]
    return f"| {' | '.join(cells)} |"


def stale(rows, known):
    """What is wrong with rows by their text alone; `known` are the names of all tests."""
    found = []
    readme = (HERE / "README.md").read_text(encoding="utf-8").splitlines()
    for row in rows:
        if table_line(row) not in readme:
            found.append(f"{row['defence']}: README.md has another line than --list")
        try:
            mutated_files(row)
        except Broken as problem:
            found.append(f"{row['defence']}: {problem}")
        for word in row["tests"].split(":"):
            if not any(cage.matches(name, [word]) for name in known):
                found.append(f"{row['defence']}: no such test: {word}")
    return found


def mutated_files(row):
    """The sources without the defence: path from the root of the sources to text."""
    texts = {}
    for edit in [row, *row.get("also", [])]:
        name = edit["file"]
        text = texts.get(name) or (ROOT / name).read_text(encoding="utf-8")
        count = text.count(edit["find"])
        if count != 1:
            raise Broken(f"{name} has the text to be replaced {count} times: {edit['find']!r}")
        texts[name] = text.replace(edit["find"], edit["replace"])
    return texts


def judge_whole(row, results):
    """With the defence: every test of the row has to pass, or the host cannot show it."""
    words = row["tests"].split(":")
    own = {name: result for name, result in results.items() if cage.matches(name, words)}
    failed = [name for name, result in own.items() if result == "failed"]
    if failed:
        raise Broken(f"fails with the defence in place: {', '.join(failed)}")
    return any(result == "passed" for result in own.values())


def judge_without(row, build, whole):
    """(caught, what was seen) for the program without the row's defence."""
    if not judge_whole(row, whole):
        return None, "every test was skipped"
    program = row.get("program", "loadline-runtime")
    mutant = build.program(program, mutated_files(row))
    if program == "runtime_test":
        results = cage.run_tests(mutant, row["tests"], build.runtime)
    else:
        results = cage.run_tests(build.test_program, f"{STILL_WORKS}:{row['tests']}", mutant)
        if {results.pop(name, "missing") for name in STILL_WORKS.split(":")} != {"passed"}:
            raise Broken("takes out more than the defence: containers no longer run")
    if not results:
        raise Broken("no test ran")
    noticed = sorted(name for name, result in results.items() if result == "failed")
    return bool(noticed), ", ".join(noticed) or "every test still passes"


def judge(row, build, whole):
    """(word, what was seen)"""
    try:
        caught, seen = judge_without(row, build, whole)
    except (Broken, builder.Failed) as problem:
        return "error", str(problem)
    return {True: "caught", False: "UNNOTICED", None: "environment"}[caught], seen


def exit_status(counts):
    if counts["error"]:
        return 70
    if counts["UNNOTICED"]:
        return 1
    return 0 if counts["caught"] else 4


def run(rows, build):
    started = time.monotonic()
    whole = cage.run_tests(build.test_program, ":".join(row["tests"] for row in rows), build.runtime, 600)
    counts = collections.Counter()
    for row in rows:
        word, seen = judge(row, build, whole)
        counts[word] += 1
        print(f"{word:11} {row['class']}, {row['defence']}: {seen}", flush=True)
    took = time.monotonic() - started
    print(f"{len(rows)} defences: " + ", ".join(f"{count} {word}" for word, count in counts.items()) + f" ({took:.0f} s)")
    return exit_status(counts)


def choose(rows, options):
    if options.sample:
        rows = [row for row in rows if row.get("sample")]
    if options.words:
        rows = [row for row in rows if any(word in row["defence"] or word in row["class"].split() for word in options.words)]
    return rows


def main():
    parser = argparse.ArgumentParser(usage="defences.py [--sample] [--list] BUILD [WORD…]")
    parser.add_argument("--sample", action="store_true", help="the two rows that CI runs at every change")
    parser.add_argument("--list", action="store_true", help="the rows, as the table of README.md has them")
    parser.add_argument("build")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    every = read_rows()
    rows = choose(every, options)
    if not rows:
        parser.error("no defence is called so; --list shows them")
    if options.list:
        for row in rows:
            print(table_line(row))
        return 0
    reason = cage.missing() or builder.missing(options.build)
    if reason:
        print(f"defences.py: {reason}", file=sys.stderr)
        return 4
    # All of them, also when few are run: that costs nothing.
    problems = stale(every, cage.tests_of(pathlib.Path(os.path.abspath(options.build)) / "bin/runtime_test"))
    for problem in problems:
        print(f"error       {problem}")
    return 70 if problems else run_below(options.build, rows)


def run_below(build, rows):
    place = pathlib.Path(tempfile.mkdtemp(prefix="safety-", dir=build))
    try:
        return run(rows, builder.Builder(ROOT, pathlib.Path(os.path.abspath(build)), place.resolve()))
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Broken as broken:
        print(f"defences.json: {broken}", file=sys.stderr)
        sys.exit(70)
