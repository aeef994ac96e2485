#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots labs with systemd as process 1 and lets the runtimes of this host make containers through it.

Usage: systemd_lab.py LOADLINE [LAYOUT…] (default: v2). Exit status: 0 all is as it should be, 1 not so, 2 wrong usage,
4 this host has no lab.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

RUNTIMES = ["loadline-runtime"] + [name for name in ("runc", "crun") if shutil.which(name)]
TASKS, MORE_TASKS = 17, 23

CONFIG = {
    "ociVersion": "1.0.2",
    "process": {"args": ["/bin/true"], "cwd": "/", "user": {"uid": 0, "gid": 0},
                "env": ["PATH=/bin"]},
    "root": {"path": "rootfs"},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
               {"destination": "/usr", "type": "bind", "source": "/usr", "options": ["rbind", "ro"]}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}], "resources": {"pids": {"limit": TASKS}}},
}

ROOT_SCRIPT = r"""
set -e
mkdir -p /var/tmp/bundle/rootfs
for name in bin lib lib64; do ln -s usr/$name /var/tmp/bundle/rootfs/$name; done
echo "process 1: $(cat /proc/1/comm)"
echo "system: $(systemctl is-system-running --wait)"
for runtime in %s; do
  mv $runtime.json /var/tmp/bundle/config.json
  $runtime --systemd-cgroup create --bundle /var/tmp/bundle $runtime
  pid=$($runtime state $runtime | sed -n 's/.*"pid": *\([0-9]*\).*/\1/p')
  group=$(grep -E ':pids:|^0:' /proc/$pid/cgroup | head -1 | cut -d: -f3)
  echo "$runtime group: $group"
  echo "$runtime limit: $(cat /sys/fs/cgroup$group/pids.max /sys/fs/cgroup/pids$group/pids.max 2>&- || true)"
  echo "$runtime unit: $(systemctl show loadline-$runtime.scope --property=ActiveState)"
  $runtime --systemd-cgroup update --pids-limit %d $runtime
  systemctl daemon-reload
  echo "$runtime limit after an update: $(cat /sys/fs/cgroup$group/pids.max /sys/fs/cgroup/pids$group/pids.max 2>&- || true)"
  echo "$runtime limit in systemd: $(systemctl show loadline-$runtime.scope --property=TasksMax)"
  $runtime --systemd-cgroup start $runtime
  timeout 20 sh -c "until $runtime state $runtime | grep -q stopped; do sleep 0.1; done"
  $runtime --systemd-cgroup delete $runtime
  echo "$runtime unit afterwards: $(systemctl show loadline-$runtime.scope --property=ActiveState)"
done
"""

USER_SCRIPT = """
own=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)
echo "user: $(id -u)"
echo "group: $own"
echo "manager: $(systemctl --user is-system-running --wait)"
mkdir $own/below $own/self && echo $$ > $own/self/cgroup.procs && echo +pids > $own/cgroup.subtree_control
echo %d > $own/below/pids.max && echo "limit: $(cat $own/below/pids.max)"
mkdir -p /tmp/bundle/rootfs
for name in bin lib lib64; do ln -s usr/$name /tmp/bundle/rootfs/$name; done
mv user.json /tmp/bundle/config.json
loadline-runtime --systemd-cgroup create --bundle /tmp/bundle u
echo "scope: $(systemctl --user show loadline-u.scope --property=TasksMax --property=ActiveState | sort | tr '\\n' ' ')"
loadline-runtime start u
echo "container: $(loadline-runtime delete --force u && echo gone)"
""" % TASKS


def run_lab(loadline, folder, script, *options):
    run = subprocess.run([loadline, "lab", "--init", "systemd", "--timeout", "120", *options, "--", "sh", "-c", script], cwd=folder,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300, check=False)
    lines = dict(line.split(": ", 1) for line in run.stdout.splitlines() if ": " in line)
    return run.returncode, lines, run.stdout + run.stderr


def differences(title, wanted, said):
    return [f"{title}: {key} is \"{said.get(key, '')}\", not \"{value}\"" for key, value in wanted.items()
            if said.get(key) != value]


def as_root(loadline, folder, layout):
    files = []
    for name in RUNTIMES:
        config = {**CONFIG, "linux": {**CONFIG["linux"], "cgroupsPath": f"system.slice:loadline:{name}"}}
        path = folder / f"{name}.json"
        path.write_text(json.dumps(config))
        files += ["--file", str(path)]
    status, said, whole = run_lab(loadline, folder, ROOT_SCRIPT % (" ".join(RUNTIMES), MORE_TASKS), "--cgroup", layout, *files)
    wanted = {"process 1": "systemd", "system": "running"}
    for name in RUNTIMES:
        wanted |= {f"{name} limit": str(TASKS), f"{name} unit": "ActiveState=active",
                   f"{name} limit after an update": str(MORE_TASKS),
                   f"{name} unit afterwards": "ActiveState=inactive"}
    wanted[f"{RUNTIMES[0]} limit in systemd"] = f"TasksMax={MORE_TASKS}"  # others keep it to themselves
    faults = differences(layout, wanted, said)
    faults += [f"{layout}: {name} is in {said.get(f'{name} group')}" for name in RUNTIMES
               if not said.get(f"{name} group", "").startswith(f"/system.slice/loadline-{name}.scope")]
    if status != 0:
        faults.append(f"{layout}: exit status {status}")
    return status, faults + ([whole[-2000:]] if faults else [])


def as_user(loadline, folder):
    mapping = [{"containerID": 0, "hostID": 1000, "size": 1}]
    linux = {"namespaces": CONFIG["linux"]["namespaces"] + [{"type": "user"}], "uidMappings": mapping, "gidMappings": mapping,
             "resources": {"pids": {"limit": TASKS}}, "cgroupsPath": "user.slice:loadline:u"}
    config = folder / "user.json"
    config.write_text(json.dumps({**CONFIG, "linux": linux}))
    status, said, whole = run_lab(loadline, folder, USER_SCRIPT, "--rootless", "--file", str(config))
    wanted = {"user": "1000", "manager": "running", "limit": str(TASKS), "container": "gone",
              "scope": f"ActiveState=active TasksMax={TASKS}"}
    faults = differences("as a user", wanted, {key: value.strip() for key, value in said.items()})
    if "/user@1000.service/" not in said.get("group", ""):
        faults.append("as a user: the group is not below the user's manager")
    return status, faults + ([whole[-2000:]] if faults else [])


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    loadline, faults = os.path.realpath(sys.argv[1]), []
    layouts = sys.argv[2:] or ["v2"]
    with tempfile.TemporaryDirectory(prefix="loadline-systemd-") as name:
        folder = pathlib.Path(name)
        for layout in layouts:
            status, found = as_root(loadline, folder, layout)
            if status == 4:
                print(found[-1], file=sys.stderr)
                return 4
            faults += found
        faults += as_user(loadline, folder)[1]
    for line in faults:
        print(line)
    print(f"systemd on {', '.join(layouts)} with {', '.join(RUNTIMES)}, and as a user: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
