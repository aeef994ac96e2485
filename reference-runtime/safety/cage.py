# SPDX-License-Identifier: Apache-2.0
"""Runs tests with a runtime that lacks a defence where it can harm nobody: in namespaces of their own, in which the
host's files are read-only and all processes end with the first one."""

import fnmatch
import os
import pathlib
import re
import shutil
import subprocess

LINE = re.compile(r"^\[ +(OK|FAILED|SKIPPED) +\] ([A-Za-z0-9_./]+) \(\d+ ms\)$", re.MULTILINE)
STARTED = re.compile(r"^\[ RUN +\] ([A-Za-z0-9_./]+)$", re.MULTILINE)
WORDS = {"OK": "passed", "FAILED": "failed", "SKIPPED": "skipped"}
# The runtime itself is a copy, on a filesystem that can be written: there it has to protect its own file. The shell stays,
# as the process that reaps what containers leave behind.
PREPARE = """
mount -t tmpfs tmpfs /mnt && cp "$LOADLINE_TEST_RUNTIME" /mnt/runtime && export LOADLINE_TEST_RUNTIME=/mnt/runtime &&
mount -o remount,bind,ro / && "$@"
exit $?
"""
LIMIT = 180  # seconds for the tests of a row


def missing():
    """Why nothing can be run here; nothing when it can."""
    if os.geteuid() != 0:
        return "making containers needs root"
    return "" if shutil.which("unshare") else "unshare is not installed"


def matches(name, words):
    return any(fnmatch.fnmatchcase(name, word) for word in words)


def tests_of(program):
    """The names of all its tests."""
    listed = subprocess.run([program, "--gtest_list_tests"], capture_output=True, text=True, check=True).stdout
    names, suite = [], ""
    for line in listed.splitlines():
        word = line.split("#")[0].rstrip()
        if word.startswith(" "):
            names.append(suite + word.strip())
        elif word.endswith("."):
            suite = word
    return names


def run_tests(program, tests, runtime, limit=LIMIT):
    """The tests' results by their names: passed, failed, skipped. One that does not end has failed."""
    command = ["unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc",
               "--propagation", "private", "/bin/sh", "-c", PREPARE, "sh", str(program), f"--gtest_filter={tests}",
               "--gtest_color=no", "--gtest_catch_exceptions=1"]
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "TMPDIR": "/mnt", "LOADLINE_TEST_RUNTIME": str(runtime)}
    with subprocess.Popen(command, env=environment, cwd=pathlib.Path("/"), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace") as running:
        try:
            output, _ = running.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            running.kill()  # and with it, by --kill-child, the whole pid namespace
            output, _ = running.communicate()
    results = {name: WORDS[word] for word, name in LINE.findall(output)}
    for name in STARTED.findall(output):
        results.setdefault(name, "failed")
    return results
