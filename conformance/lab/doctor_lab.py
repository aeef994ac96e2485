#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks `loadline doctor` here and in labs of every layout, and compares what they say with what they have to.

Usage: doctor_lab.py LOADLINE. Exit status: 0 they differ as they should, 1 not so, 2 wrong usage, 4 this host has no lab.
"""

import json
import os
import platform
import subprocess
import sys

LAYOUTS = ("v2", "v1", "hybrid")
# Root of a machine of its own has every capability and the kernel of the package, whatever this host has.
ALWAYS = {"root", "cap-sys-admin", "cap-sys-resource", "cap-mknod", "cap-net-admin", "apparmor", "filesystem-overlay",
          "user-namespace", "time-namespace", "cgroup-namespace", "controller-memory", "controller-pids", "controller-cpu",
          "controller-cpuset", "controller-freezer", "controller-devices", "rootless"}
NEVER = {"intel-rdt", "rdt-l3", "rdt-mb", "rdt-monitoring", "selinux"}


def ask(*command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    return run.returncode, json.loads(run.stdout) if run.returncode == 0 else run.stderr.strip()


def faults_of(layout, facts, release):
    available = set(facts["available"])
    layouts = {name for name in ("cgroup-v1", "cgroup-v2") if name in available}
    wanted = {"v2": {"cgroup-v2"}}.get(layout, {"cgroup-v1"})
    faults = [f"{layout}: {name} is missing" for name in sorted(ALWAYS - available)]
    faults += [f"{layout}: {name} is there" for name in sorted(NEVER & available)]
    if facts["cgroup"] != layout:
        faults.append(f"{layout}: the doctor calls it {facts['cgroup']}")
    if layouts != wanted:
        faults.append(f"{layout}: cases for {sorted(layouts)} can be judged, and not for {sorted(wanted)}")
    if facts["kernel"] != release:
        faults.append(f"{layout}: the doctor says kernel {facts['kernel']}, uname {release}")
    return faults


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    loadline = os.path.realpath(sys.argv[1])
    _, here = ask(loadline, "doctor", "--format", "json")
    faults = [] if here["kernel"] == platform.release() else [f"here: the doctor says kernel {here['kernel']}"]
    for layout in LAYOUTS:
        script = "loadline doctor --format json > facts.json && uname -r > release && echo '['; cat facts.json; " \
                 "echo ', \"'$(cat release)'\"]'; rm facts.json release"
        status, said = ask(loadline, "lab", "--cgroup", layout, "--", "sh", "-c", script)
        if status == 4:
            print(said, file=sys.stderr)
            return 4
        if status != 0:
            faults.append(f"{layout}: exit status {status}: {said}")
            continue
        facts, release = said
        faults += faults_of(layout, facts, release)
        gained, lost = (sorted(set(a) - set(b)) for a, b in ((facts["available"], here["available"]),
                                                             (here["available"], facts["available"])))
        print(f"{layout}: kernel {release}; beyond this host: {', '.join(gained)}; without: {', '.join(lost)}")
    for line in faults:
        print(line)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
