#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs podman with a runtime: containers, exec, limits, signals, health checks, pods and builds.

Usage: podman.py [--short] RUNTIME [CHECK…] (checks whose name contains a word). Exit status: 0 all held, 1 not,
2 wrong usage, 4 podman or the runtime is not installed, or the caller is not root.
"""

import glob
import os
import pathlib
import sys

import cell
import commands
import groups
import lifecycle
import surroundings

CHECKS = [*lifecycle.CHECKS, *surroundings.CHECKS]
check = cell.check_into(CHECKS)


class Podman(commands.Engine):
    limit_of_32m = "33.55MB"
    at_once = ("-t", "0")

    def health(self, container, wanted):
        """Asks: without systemd nobody else does."""
        self.call("healthcheck", "run", container.name)
        return self.inspect(container.name, "{{.State.Healthcheck.Status}}")

    def folder_of_notes(self, name):
        """conmon leaves its note of a death for want of memory where it began, and podman 4.3 looks here."""
        return self.inspect(name, "{{.StaticDir}}")


class Pod:
    """A pod whose containers share namespaces and a parent group."""

    def __init__(self, engine):
        self.engine, self.name = engine, f"pod{engine.cell.next_number()}"
        self.id = engine.ask("pod", "create", "--name", self.name, "--infra-image", cell.IMAGE, "--infra-command", "sleep 300",
                             "--share", "ipc,net,pid,uts", "--network", "none", "--hostname", "convoy", "--cgroup-parent",
                             f"/{engine.cell.name}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.engine.call("pod", "rm", "-f", "-t", "0", self.name)
        # podman removes the pod's group where there are controllers, and the runtime may leave it to podman.
        for group in glob.glob(f"{groups.ROOT}/systemd/{self.engine.cell.name}/{self.id}"):
            os.rmdir(group)

    def add(self, name, script):
        self.engine.ask("run", "-d", "--pod", self.name, "--name", f"{self.name}-{name}", *self.engine.limits, cell.IMAGE,
                        "sh", "-c", script)
        return f"{self.name}-{name}"


@check("pod", short=True)
def pod(engine):
    """What one container of a pod starts, the other sees; and the pod pauses and stops as one."""
    with Pod(engine) as ship:
        one, two = ship.add("one", "exec sleep 4711"), ship.add("two", commands.SPIN)
        namespaces = [{os.readlink(f"/proc/{engine.pid(name)}/ns/{kind}") for name in (one, two)}
                      for kind in ("ipc", "net", "pid", "uts")]
        seen = engine.ask("exec", two, "sh", "-c", "hostname; ps | grep -c '[s]leep 4711'").splitlines()
        engine.ask("pod", "pause", ship.name)
        paused = {engine.inspect(name, "{{.State.Status}}") for name in (one, two)}
        engine.ask("pod", "unpause", ship.name)
        engine.ask("pod", "stop", "-t", "1", ship.name)
        stopped = {engine.inspect(name, "{{.State.Status}}") for name in (one, two)}
        shared = [len(kinds) == 1 for kinds in namespaces]
        return ([True] * 4, ["convoy", "1"], {"paused"}, {"exited"}), (shared, seen, paused, stopped)


@check("own root")
def own_root(engine):
    """A folder instead of an image."""
    folder = engine.cell.work / "rootfs"
    if not folder.exists():
        (folder / "bin").mkdir(parents=True)
        for name in ("busybox", "sh"):
            (folder / "bin" / name).write_bytes(pathlib.Path(cell.BUSYBOX).read_bytes())
            (folder / "bin" / name).chmod(0o755)
    ran = engine.call("run", "--rm", *engine.run_options, "--rootfs", folder, "/bin/sh", "-c", "echo ashore; exit 6")
    return ("ashore\n", 6), (ran.out, ran.status)


@check("user namespace")
def user_namespace(engine):
    script = "echo $(cat /proc/self/uid_map); id -u; touch /file && stat -c %u /file"
    seen = engine.said(script, "--uidmap", "0:100000:65536")
    return ["0 100000 65536", "0", "0"], seen.splitlines()


def start(place, runtime, peer):
    # podman asks for limits that a caller without CAP_SYS_RESOURCE cannot give.
    limits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"]
    os.environ["DISABLE_HC_SYSTEMD"] = "true"

    def make(path):
        command = ["podman", "--root", place.work / "root", "--runroot", place.work / "runroot", "--storage-driver", "vfs",
                   "--cgroup-manager", "cgroupfs", "--events-backend", "file", "--runtime", path]
        engine = Podman(place, path, command, ["--network", "none", *limits, "--cgroup-parent", f"/{place.name}"])
        engine.limits = limits
        # For a build this is the group itself and not the parent.
        engine.build_options = ("--isolation", "oci", "--cgroup-parent", f"/{place.name}/build", *limits)
        return engine

    engines = make(runtime), make(peer) if peer else None
    engines[0].ask("load", "-i", place.archive)
    return engines


if __name__ == "__main__":
    sys.exit(cell.main(__doc__, ["podman", "conmon"], start, CHECKS))
