#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Listens to the runtime's probes with bpftrace while containers live, and holds what is heard against what the runtime says of itself.

Usage: probes.py RUNTIME PAYLOAD. Exit status: 0 all held, 1 not, 2 wrong usage, 4 nobody can listen here (says why).
"""

import collections
import errno
import json
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HEADER = pathlib.Path(__file__).parent.parent / "probes.h"
SIDES = ("runtime", "container")
SECONDS = 12  # for everything; bpftrace alone takes one or two to begin

# One line for each probe that fires. The time orders them: each processor has a buffer of its own.
PROGRAM = "".join(
    f'usdt:RUNTIME:loadline:{probe} {{ printf("%llu {probe} {form}\\n", nsecs, {arguments}); }}\n'
    for probe, form, arguments in [
        ("stage__begin", "%s %s %d", "str(arg0), str(arg1), arg2"),
        ("stage__end", "%s %s %d %d", "str(arg0), str(arg1), arg2, arg3"),
        ("state", "%s %s %d", "str(arg0), str(arg1), arg2"),
        ("exec__begin", "%s %d", "str(arg0), arg1"),
        ("exec__end", "%s %d %d", "str(arg0), arg1, arg2"),
    ])


class Failed(Exception):
    pass


def expect(holds, words):
    if not holds:
        raise Failed(words)


def leave(status, words):
    print(f"probes.py: {words}", file=sys.stderr)
    sys.exit(status)


def check_notes(runtime):
    """Every probe of the header is in the program's notes. True unless the program was built without probes."""
    wanted = set(re.findall(r"STAP_PROBE\d\(loadline, (\w+)", HEADER.read_text()))
    notes = subprocess.run(["readelf", "-n", runtime], capture_output=True, text=True, check=True).stdout
    found = re.findall(r"Provider: loadline\s+Name: (\w+)", notes)
    if not found:
        return False
    expect(set(found) == wanted and len(found) == len(wanted), f"the notes name {sorted(found)}, the header {sorted(wanted)}")
    return True


class Listener:
    """bpftrace on one file, line by line until the deadline."""

    def __init__(self, runtime, deadline):
        self.deadline, self.events, self.rest = deadline, collections.defaultdict(list), b""
        self.errors = tempfile.TemporaryFile()
        # It ends with this process, however that ends.
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "bpftrace", "-B", "line", "-e",
                                         PROGRAM.replace("RUNTIME", runtime)],
                                        stdout=subprocess.PIPE, stderr=self.errors)

    def take(self, seconds):
        """What has been heard, by container; waits for more."""
        until = min(self.deadline, time.monotonic() + seconds)
        while (left := until - time.monotonic()) > 0 and select.select([self.process.stdout], [], [], left)[0]:
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            if not data:
                self.errors.seek(0)
                leave(4, "bpftrace cannot listen here: " + self.errors.read().decode().strip())
            *lines, self.rest = (self.rest + data).split(b"\n")
            for words in map(lambda line: line.decode().split(" "), lines):
                if words[0].isdigit():
                    self.events[words[2]].append((int(words[0]), words[1], *words[3:]))
        for heard in self.events.values():
            heard.sort()

    def wait_for(self, container, last):
        """Until the last event of a container was heard, whichever way the buffers are read."""
        while time.monotonic() < self.deadline:
            self.take(0.1)
            heard = self.events.get(container, [])
            if any(event[1:3] == last for event in heard):
                self.take(0.2)
                return self.events[container]
        raise Failed(f"{' '.join(last)} of {container} was not heard, but {self.events.get(container, 'nothing')}")

    def close(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Containers:
    """A bundle whose program is the tests' own, and calls of the runtime."""

    def __init__(self, work, runtime, payload):
        self.work, self.runtime = work, runtime
        (work / "rootfs/bin").mkdir(parents=True)
        shutil.copy(payload, work / "rootfs/bin/payload")
        self.call("spec", "--bundle", str(work))
        self.config = json.loads((work / "config.json").read_text())
        self.config["process"]["terminal"] = False
        # Without one the stage that makes them has nothing to do.
        self.config["linux"]["devices"] = [{"path": "/dev/nothing", "type": "c", "major": 1, "minor": 3}]

    def call(self, *words, succeeds=True):
        with tempfile.TemporaryFile("w+") as said:  # which containers may hold for longer than the call takes
            answer = subprocess.run([self.runtime, "--root", str(self.work / "root"), *words], stdin=subprocess.DEVNULL,
                                    stdout=said, stderr=said, timeout=SECONDS)
            said.seek(0)
            text = said.read()
        expect((answer.returncode == 0) == succeeds, f"{' '.join(words)} returned {answer.returncode}: {text}")
        return text

    def make(self, *words, arguments, succeeds=True, **changes):
        config = json.loads(json.dumps(self.config))
        config["process"]["args"] = ["/bin/payload", *arguments]
        config["linux"]["cgroupsPath"] = f"/loadline/{self.work.name}"
        for key, value in changes.items():
            config[key] = value
        (self.work / "config.json").write_text(json.dumps(config))
        return self.call(*words[:-1], "--bundle", str(self.work), words[-1], succeeds=succeeds)

    def live(self, container, pauses=False):
        """Create, start, exec, delete."""
        self.make("create", container, arguments=["wait"])
        self.call("start", container)
        try:
            self.call("exec", container, "/bin/payload", "names")
            if pauses:
                self.call("pause", container)
                self.call("resume", container)
        finally:
            self.call("delete", "--force", container)


def states(heard):
    return [event[2] for event in heard if event[1] == "state"]


def stages_of(heard, probe, side):
    return [event[2] for event in heard if event[1] == probe and event[3] == str(SIDES.index(side))]


def listed(containers):
    """The tables of `features --stages`: {table: [(side, stage)]}."""
    tables = {}
    for line in containers.call("features", "--stages").splitlines():
        if not line.startswith(" "):
            table = tables.setdefault(line, [])
        else:
            table.append(tuple(line.split()[:2]))
    return tables


def check_run(containers, listener):
    """Begin and end of every stage, as the tables list them and as --debug tells of them."""
    log = containers.work / "log"
    containers.make("--log", str(log), "--log-format", "json", "--debug", "run", "observed", arguments=["names"])
    heard = listener.wait_for("observed", ("stage__end", "poststop-hooks"))
    expect(states(heard) == ["creating", "created", "running", "stopped", "deleted"], f"states of run: {states(heard)}")
    told = [line for line in map(json.loads, log.read_text().splitlines()) if "stage" in line]
    tables = listed(containers)
    table = sum((tables[name] for name in ("prepare", "create", "starting", "start", "execute", "started", "delete")), [])
    for side in SIDES:
        begun, ended = (stages_of(heard, probe, side) for probe in ("stage__begin", "stage__end"))
        expect(begun == ended + ["execute"] if side == "container" else begun == ended,
               f"{side}: not every stage that began has ended: {begun}, {ended}")
        said = [line["stage"] for line in told if line["side"] == side]
        expect(ended == said, f"{side}: heard {ended}, --debug says {said}")
        # `namespaces` is the clone itself. Only stages of the runtime's side may have nothing to do.
        names = [stage for where, stage in table if where == side]
        rest = iter(names)
        expect(all(stage in rest for stage in begun if stage != "namespaces"), f"{side}: {begun} is not in the order of {names}")
        expect(side == "runtime" or begun == names, f"{side}: heard {begun} of {names}")
    expect(all(event[4] == "0" for event in heard if event[1] == "stage__end"), "a stage of a run that succeeds has failed")
    return len(table)


def check_life(containers, listener):
    # By its groups, which not every host has.
    pauses = any(pathlib.Path(place).exists() for place in ("/sys/fs/cgroup/freezer", "/sys/fs/cgroup/cgroup.controllers"))
    containers.live("life", pauses)
    heard = listener.wait_for("life", ("stage__end", "poststop-hooks"))
    expect(states(heard) == ["creating", "created", "running", *["paused", "running"] * pauses, "stopped", "deleted"],
           f"states of a life: {states(heard)}")
    # The process goes on after it has waited for start, and the names of its stages can still be read; those of exec follow.
    tables = listed(containers)
    names = [stage for table in ("create", "start", "execute") for side, stage in tables[table] if side == "container"]
    begun = stages_of(heard, "stage__begin", "container")
    joined = [stage for side, stage in tables["join"] + tables["execute"] if side == "container"]
    expect(begun == names + joined, f"container: heard {begun} of {names + joined}")
    execs = [event[1:] for event in heard if event[1].startswith("exec__")]
    expect([event[0] for event in execs] == ["exec__begin", "exec__end"] and execs[1][2] == "0", f"exec: {execs}")
    pids = {event[3] for event in heard if event[1] == "state" and event[2] != "creating"}
    expect(len(pids) == 1 and "0" not in pids, f"the container's process is {pids}")


def check_failure(containers, listener):
    mounts = [*containers.config["mounts"], {"destination": "/nothing", "type": "none", "source": "/nowhere", "options": ["bind"]}]
    containers.make("run", "failing", arguments=["names"], mounts=mounts, succeeds=False)
    heard = listener.wait_for("failing", ("state", "deleted"))
    failed = [event[2:] for event in heard if event[1] == "stage__end" and event[4] != "0"]
    expect(failed == [("mounts", "1", str(errno.ENOENT))], f"failed stages: {failed}")
    expect(states(heard) == ["creating", "deleted"], f"states of a failure: {states(heard)}")


def main(arguments):
    if len(arguments) != 2:
        leave(2, "usage: probes.py RUNTIME PAYLOAD")
    deadline = time.monotonic() + SECONDS
    if not check_notes(arguments[0]):
        leave(4, "the runtime was built without probes (LOADLINE_PROBES)")
    if os.geteuid() != 0 or not shutil.which("bpftrace"):
        leave(4, "the notes are there; listening needs root and bpftrace")
    with tempfile.TemporaryDirectory(prefix="loadline-probes-") as work:
        # A file of its own, so that no other test's containers are heard or slowed.
        runtime = shutil.copy(arguments[0], work)
        containers = Containers(pathlib.Path(work), runtime, arguments[1])
        listener = Listener(runtime, deadline)
        try:
            count = 0
            while len({event[1] for event in listener.events[f"life{count}"]}) < 5:
                expect(time.monotonic() < deadline, "not every probe was heard")
                count += 1
                containers.live(f"life{count}")
                listener.take(0.3)
            check_life(containers, listener)
            stages = check_run(containers, listener)
            check_failure(containers, listener)
        finally:
            listener.close()
    print(f"{stages} stages, states, exec and a failure were heard")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Failed as failed:
        leave(1, failed)
