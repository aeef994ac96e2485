#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""emulator_control.py LOADLINE: the control of the batteries. A machine that is emulated behaves as
a machine does and keeps its guests within limits, and is slow: by the definitions of Popek and
Goldberg it is no virtual machine monitor, and that is what the batteries have to say of it.

Ends with 0 when they do, 1 when they do not, 4 when this host has no QEMU."""
import json
import shutil
import subprocess
import sys

BATTERIES = ("equivalence", "control", "efficiency")
WANTED = {"equivalence": "holds", "resource control": "holds", "efficiency": "fails"}
LEAST = 5  # times the native time, all workloads together


def main():
    if not shutil.which("qemu-system-x86_64"):
        print("there is no QEMU here: apt-get install qemu-system-x86")
        return 4
    command = [sys.argv[1], "compare", "qemu", "--quiet", "--format", "json"]
    for battery in BATTERIES:
        command += ["--battery", battery]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode not in (0, 1):
        print(f"{' '.join(command)} ended with {done.returncode}")
        return done.returncode
    comparison = json.loads(done.stdout)
    wrong = []
    for entry in comparison["properties"]:
        seen = entry["candidates"]["qemu"]
        wanted = WANTED.get(entry["name"])
        if wanted and seen["standing"] != wanted:
            wrong.append(f"{entry['name']} {seen['standing']}, not {wanted}: " +
                         ", ".join(seen["against"][:5]))
        if entry["name"] == "efficiency" and seen.get("overall", {}).get("ratio", 0) < LEAST:
            wrong.append(f"efficiency: {seen.get('overall')} is less than {LEAST} times")
    print("\n".join(wrong) or "an emulator, and not a virtual machine monitor")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
