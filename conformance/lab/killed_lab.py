#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Kills labs in several ways, and lets some end badly: no process, file or mount may be left.

Usage: killed_lab.py LOADLINE. Exit status: 0 nothing is left, 1 something is, 2 wrong usage, 4 this host has no lab.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time


# By which signal, and whether its command runs already.
KILLS = ((signal.SIGKILL, False), (signal.SIGKILL, True), (signal.SIGTERM, True), (signal.SIGINT, False))


def children_of(pid):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                    found.append(int(entry.name))
            except (OSError, IndexError):
                pass
    return found


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.05)
    return condition()


def start(loadline, folder, *words):
    environment = {**os.environ, "TMPDIR": str(folder)}
    return subprocess.Popen([loadline, "lab", *words], cwd=folder, env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def mounts():
    return pathlib.Path("/proc/self/mountinfo").read_text().count("\n")


def kill_after(loadline, folder, number, is_late):
    """Kills a lab by a signal, before or after its command runs; what is wrong then."""
    lab = start(loadline, folder, "--", "sh", "-c", "echo ready; sleep 100")
    if is_late:
        lab.stdout.readline()
    machines = []
    wait_until(lambda: machines.extend(children_of(lab.pid)) or machines, 20)
    lab.send_signal(number)
    lab.wait(timeout=20)
    if not machines:
        return ["there was no machine to kill"]
    if not wait_until(lambda: not any(map(is_alive, machines)), 5):
        return [f"process {machines} lives on after {number.name}"]
    return []


def expect(words, status, loadline, folder, *arguments):
    lab = start(loadline, folder, *arguments)
    _, complaint = lab.communicate(timeout=120)
    return [] if lab.returncode == status else [f"{words}: exit status {lab.returncode}, {complaint.decode().strip()}"]


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    loadline = os.path.realpath(sys.argv[1])
    first = subprocess.run([loadline, "lab", "--", "true"], capture_output=True, text=True, timeout=300, check=False)
    if first.returncode == 4:
        print(first.stderr.strip(), file=sys.stderr)
        return 4
    wrong, before = [], mounts()
    with tempfile.TemporaryDirectory(prefix="loadline-labs-") as name:
        folder = pathlib.Path(name)
        for number, is_late in KILLS:
            wrong += kill_after(loadline, folder, number, is_late)
        wrong += expect("a deadline", 70, loadline, folder, "--timeout", "8", "--", "sleep", "100")
        wrong += expect("a signal", 128 + 9, loadline, folder, "--", "sh", "-c", "kill -9 $$")
        wrong += expect("a program that is not there", 127, loadline, folder, "--", "no-such-program")
        wrong += expect("more memory than there is", 4, loadline, folder, "--memory", "1000000", "--", "true")
        wrong += expect("a kernel that is none", 4, loadline, folder, "--kernel", "/bin/true", "--", "true")
        wrong += [f"{left} is left" for left in folder.iterdir()]
    if mounts() != before:
        wrong.append("mounts are left")
    for line in wrong:
        print(line)
    print(f"{len(KILLS)} labs killed and 5 that end badly: {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
