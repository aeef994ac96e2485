#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs containerd with a runtime, through ctr: its own daemon, containers, exec, limits, signals, metrics and events.

Usage: containerd.py [--short] RUNTIME [CHECK…] (checks whose name contains a word). Exit status: 0 all held, 1 not,
2 wrong usage, 4 containerd or the runtime is not installed, or the caller is not root.
"""

import json
import pathlib
import shutil
import sys

import cell
import lifecycle
from cell import wait_until
from groups import group_file, is_v2

SPIN = "trap 'exit 3' TERM; while :; do sleep 0.1; done"
DISABLED = ["io.containerd.grpc.v1.cri", "io.containerd.internal.v1.opt",
            *[f"io.containerd.snapshotter.v1.{name}" for name in ("aufs", "btrfs", "devmapper", "zfs")]]
CHECKS = [check for check in lifecycle.CHECKS if check.name in ("exit status", "output")]
check = cell.check_into(CHECKS)


class Containerd:
    def __init__(self, place, runtime, command, events):
        self.cell, self.runtime, self.command, self.events = place, runtime, command, events

    def call(self, *words, **how):
        return cell.run([*self.command, *words], **how)

    def ask(self, *words, **how):
        return self.call(*words, **how).succeed()

    def words_of_run(self, name, options, script):
        return ["run", "--snapshotter", "native", "--runc-binary", self.runtime, "--cgroup", f"/{self.cell.name}/{name}",
                *options, cell.IMAGE, name, "sh", "-c", script]

    def next_name(self):
        return f"c{self.cell.next_number()}"

    def run(self, script, *options):
        return self.call(*self.words_of_run(self.next_name(), ["--rm", *options], script))

    def said(self, script, *options):
        return self.run(script, *options).succeed()

    def told(self, topic, container, process=None):
        """Waits for an event of the daemon about a container or one of its processes; what it says, or nothing."""
        def find():
            for line in self.events.log.read_text().splitlines():
                said = json.loads(line[line.index("{"):] if "{" in line else "{}")
                if topic in line and said.get("container_id") == container and process in (None, said.get("id")):
                    return said
            return {}

        return wait_until(find)

    def close(self):
        cell.wait_for_shims()


class Detached:
    """A task in the background that is removed at the end of the block."""

    def __init__(self, engine, script, *options):
        self.engine, self.name = engine, engine.next_name()
        self.file = engine.cell.work / f"{self.name}.log"
        self.words = engine.words_of_run(self.name, ["-d", "--log-uri", f"file://{self.file}", *options], script)

    def __enter__(self):
        self.engine.ask(*self.words)
        return self

    def __exit__(self, *_):
        if self.row():
            self.engine.call("task", "rm", "-f", self.name)
        self.engine.call("container", "rm", self.name)

    def row(self):
        """The words about it in the list of tasks: its name, process and status."""
        lines = [line.split() for line in self.engine.ask("task", "ls").splitlines()]
        return next((words for words in lines if words[0] == self.name), [])

    def pid(self):
        return self.row()[1]

    def status(self):
        return self.row()[2]

    def log(self):
        return self.file.read_text() if self.file.exists() else ""

    def ask(self, verb, *words):
        return self.engine.ask("task", verb, *words, self.name)

    def exec(self, script, *options):
        words = ["task", "exec", "--exec-id", self.engine.next_name(), *options, self.name]
        return self.engine.call(*words, "sh", "-c", script)

    def end(self):
        """Waits for the end; the exit status."""
        return self.engine.told("/tasks/exit", self.name, self.name).get("exit_status")


@check("missing program", short=True)
def missing_program(engine):
    ran = engine.call(*engine.words_of_run(engine.next_name(), ["--rm"], "")[:-3], "/bin/no-such-program")
    return (True, True), (ran.status != 0, "no such file or directory" in ran.err)


@check("environment")
def environment(engine):
    return ["two words", "yes"], engine.said("echo $CARGO; echo $FROM_IMAGE", "--env", "CARGO=two words").splitlines()


@check("working folder")
def workdir(engine):
    return "/quay/one", engine.said("pwd", "--cwd", "/quay/one")


@check("read-only root")
def read_only_root(engine):
    return "refused", engine.said("touch /file 2>&- || echo refused", "--read-only")


@check("volume")
def volume(engine):
    folder = engine.cell.work / "volume"
    folder.mkdir(exist_ok=True)
    engine.said("echo cargo > /hold/file", "--mount", f"type=bind,src={folder},dst=/hold,options=rbind:rw")
    seen = engine.said("cat /hold/file; touch /hold/other 2>&- || echo refused", "--mount",
                       f"type=bind,src={folder},dst=/hold,options=rbind:ro")
    return ("cargo\n", "cargo\nrefused"), ((folder / "file").read_text(), seen)


@check("tmpfs")
def tmpfs(engine):
    seen = engine.said("grep ' /scratch ' /proc/mounts | cut -d' ' -f3; stat -c %a /scratch", "--mount",
                       "type=tmpfs,src=tmpfs,dst=/scratch,options=size=64k:mode=1750")
    return ["tmpfs", "1750"], seen.splitlines()


@check("memory limit")
def memory_limit(engine):
    with Detached(engine, SPIN, "--memory-limit", str(32 << 20)) as task:
        return str(32 << 20), group_file(task.pid(), "memory", "memory.limit_in_bytes", "memory.max")


@check("memory limit bites", short=True)
def memory_bites(engine):
    with Detached(engine, "x=$(head -c 64m /dev/zero | tr '\\0' x); echo survived", "--memory-limit", str(16 << 20)) as task:
        return (137, True, ""), (task.end(), "container_id" in engine.told("/tasks/oom", task.name), task.log())


@check("cpu limit")
def cpu_limit(engine):
    with Detached(engine, SPIN, "--cpus", "0.5") as task:
        return "50000 100000" if is_v2() else "50000", group_file(task.pid(), "cpu", "cpu.cfs_quota_us", "cpu.max")


@check("cpu weight")
def cpu_weight(engine):
    with Detached(engine, SPIN, "--cpu-shares", "512") as task:
        return "20" if is_v2() else "512", group_file(task.pid(), "cpu", "cpu.shares", "cpu.weight")


@check("capabilities")
def capabilities(engine):
    script = "echo $((0x$(grep CapEff /proc/self/status | cut -f2) >> %d & 1))"
    seen = engine.said(script % 0, "--cap-drop", "CAP_CHOWN"), engine.said(script % 12, "--cap-add", "CAP_NET_ADMIN")
    return ("0", "1"), seen


@check("seccomp")
def seccomp(engine):
    script = "grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status | cut -f2"
    return ["1", "0", "1", "2", "0", "2"], " ".join(engine.said(script, *options) for options in (
        (), ("--seccomp",), ("--seccomp", "--allow-new-privs"))).split()


@check("own root", short=True)
def own_root(engine):
    folder = engine.cell.work / "rootfs"
    if not folder.exists():
        (folder / "bin").mkdir(parents=True)
        for name in ("busybox", "sh"):
            shutil.copy(cell.BUSYBOX, folder / "bin" / name)
    ran = engine.call("run", "--rm", "--runc-binary", engine.runtime, "--cgroup", f"/{engine.cell.name}/own", "--rootfs",
                      folder, engine.next_name(), "/bin/sh", "-c", "echo ashore; exit 6")
    return ("ashore\n", 6), (ran.out, ran.status)


@check("terminal", short=True)
def terminal(engine):
    words = engine.words_of_run(engine.next_name(), ["--rm", "-t"], f"tty; {cell.SIZE}; exit 5")
    ran = cell.run_on_terminal([*engine.command, *words])
    return (["/dev/pts/0", "33 77"], 5), (ran.out.split("\n")[:2], ran.status)


@check("detached", short=True)
def detached(engine):
    with Detached(engine, "echo one; exit 6") as task:
        status = task.end()
        return (6, "one\n"), (status, task.log())


@check("exec: status", short=True)
def exec_status(engine):
    with Detached(engine, SPIN) as task:
        ran = task.exec("echo inside; exit 9")
        return (9, "inside\n", True), (ran.status, ran.out, task.exec("").status == 0)


@check("exec: options")
def exec_options(engine):
    with Detached(engine, SPIN, "--env", "CARGO=tea") as task:
        ran = task.exec("id -u; pwd; echo $CARGO", "--user", "1000:1000", "--cwd", "/tmp")
        return (["1000", "/tmp", "tea"], 0), (ran.out.splitlines(), ran.status)


@check("exec: terminal", short=True)
def exec_terminal(engine):
    with Detached(engine, SPIN) as task:
        ran = cell.run_on_terminal([*engine.command, "task", "exec", "--exec-id", "t", "-t", task.name, "sh", "-c",
                                    f"{cell.SIZE}; exit 8"])
        return ("33 77", 8), (ran.out.strip(), ran.status)


@check("exec: killed")
def exec_is_killed(engine):
    """A process that joined is ended alone."""
    with Detached(engine, SPIN) as task:
        engine.ask("task", "exec", "-d", "--exec-id", "other", task.name, "sleep", "100")
        engine.ask("task", "kill", "-s", "KILL", "--exec-id", "other", task.name)
        return (137, "RUNNING"), (engine.told("/tasks/exit", task.name, "other").get("exit_status"), task.status())


@check("kill with a signal", short=True)
def kill_signal(engine):
    with Detached(engine, "trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.1; done") as task:
        wait_until(lambda: "ready" in task.log())
        task.ask("kill", "-s", "USR1")
        return (5, "ready\ngot\n"), (task.end(), task.log())


@check("kill all", short=True)
def kill_all(engine):
    with Detached(engine, SPIN) as task:
        engine.ask("task", "exec", "-d", "--exec-id", "other", task.name, "sleep", "100")
        task.ask("kill", "-a", "-s", "KILL")
        return (137, 137), (task.end(), engine.told("/tasks/exit", task.name, "other").get("exit_status"))


@check("pause", short=True)
def pause(engine):
    with Detached(engine, "trap exit TERM; while :; do echo x >> /count; sleep 0.02; done") as task:
        count = pathlib.Path(f"/proc/{task.pid()}/root/count")
        wait_until(count.exists)
        task.ask("pause")
        status, size = task.status(), count.stat().st_size
        moved = wait_until(lambda: count.stat().st_size > size, 0.3)
        task.ask("resume")
        goes_on = wait_until(lambda: count.stat().st_size > size)
        return ("PAUSED", False, "RUNNING", True), (status, moved, task.status(), goes_on)


@check("processes")
def processes(engine):
    with Detached(engine, SPIN) as task:
        return True, task.pid() in [line.split()[0] for line in task.ask("ps").splitlines()[1:]]


@check("metrics", short=True)
def metrics(engine):
    with Detached(engine, SPIN, "--memory-limit", str(32 << 20)) as task:
        seen = json.loads(task.ask("metrics", "--format", "json"))
        memory = seen["memory"]
        limit = memory["usage_limit"] if "usage_limit" in memory else memory["usage"]["limit"]
        return (32 << 20, True), (int(limit), int(seen["pids"]["current"]) >= 1)


@check("forced removal")
def forced_removal(engine):
    with Detached(engine, "trap '' TERM; while :; do sleep 0.1; done") as task:
        pid = task.pid()
        engine.call("task", "rm", "-f", task.name)
        return (True, []), (wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists()), task.row())


@check("all privileges", limit="the engine asks for capabilities that its caller lacks")
def privileged(engine):
    seen = engine.said("touch /proc/sys/kernel/hostname && echo writable", "--privileged")
    return "writable", seen


@check("namespace of another")
def namespace_of_another(engine):
    with Detached(engine, SPIN) as first:
        path = f"/proc/{first.pid()}/ns/pid"
        link = str(pathlib.Path(path).readlink())
        return link, engine.said("readlink /proc/1/ns/pid", "--with-ns", f"pid:{path}")


@check("other root of states")
def other_root_of_states(engine):
    """The folder that ctr names for the runtime's states is the one it uses."""
    folder = engine.cell.work / "states"
    with Detached(engine, SPIN, "--runc-root", str(folder)) as task:
        return True, wait_until(lambda: any(task.name in str(path) for path in folder.glob("*/*")), 2)


def start(place, runtime, peer):
    work, socket = place.work, place.work / "containerd.sock"
    file = work / "containerd.toml"
    file.write_text(f"version = 2\nroot = \"{work}/data\"\nstate = \"{work}/state\"\n"
                    f"disabled_plugins = {json.dumps(DISABLED)}\n[grpc]\naddress = \"{socket}\"\n")
    daemon = place.start_daemon([shutil.which("containerd"), "--config", file])
    command = [shutil.which("ctr"), "--address", socket]
    daemon.wait_until_ready(lambda: socket.exists() and cell.run([*command, "version"]).status == 0)
    events = place.start_daemon([*command, "events"])
    engines = [Containerd(place, path, command, events) for path in (runtime, peer) if path]
    engines[0].ask("image", "import", "--snapshotter", "native", place.archive)
    return engines[0], engines[1] if peer else None


if __name__ == "__main__":
    sys.exit(cell.main(__doc__, ["containerd", "ctr"], start, CHECKS))
