#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs podman with a runtime: containers, exec, limits, signals, health checks, pods and builds.

Usage: podman.py [--short] RUNTIME [CHECK…] (checks whose name contains a word). Exit status: 0 all held, 1 not, 2 wrong usage,
4 podman or the runtime is not installed, or the caller is not root.
"""

import sys

import cell
import commands


class Podman(commands.Engine):
    limit_of_32m = "33.55MB"
    at_once = ("-t", "0")


def start(place, runtime, peer):
    def engine(path):
        command = ["podman", "--root", place.work / "root", "--runroot", place.work / "runroot", "--cgroup-manager", "cgroupfs",
                   "--storage-driver", "vfs", "--events-backend", "file", "--runtime", path]
        options = ["--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", "--cgroup-parent",
                   f"/{place.name}"]
        return Podman(place, path, command, options)

    engines = engine(runtime), engine(peer) if peer else None
    engines[0].ask("load", "-i", place.archive)
    return engines


if __name__ == "__main__":
    sys.exit(cell.main(__doc__, ["podman", "conmon"], start, commands.CHECKS))
