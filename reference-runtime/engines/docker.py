#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs docker with a runtime: its own daemons, containers, exec, limits, signals, health checks and builds.

Usage: docker.py [--short] RUNTIME [CHECK…] (checks whose name contains a word). Exit status: 0 all held, 1 not,
2 wrong usage, 4 docker or the runtime is not installed, or the caller is not root.
"""

import os
import shutil
import sys

import cell
import commands
import lifecycle
import surroundings

CHECKS = [*lifecycle.CHECKS, *surroundings.CHECKS]
check = cell.check_into(CHECKS)


class Docker(commands.Engine):
    limit_of_32m = "32MiB"
    missing_in_exec = 126

    def close(self):
        cell.wait_for_shims()

    def health(self, container, wanted):
        """Waits for a verdict of the daemon, who asks on its own."""
        def ask():
            return self.inspect(container.name, "{{.State.Health.Status}}")

        cell.wait_until(lambda: ask() == wanted)
        return ask()


@check("init")
def init(engine):
    return "docker-init", engine.said("cat /proc/1/comm", "--init")


def start(place, runtime, peer):
    work, runtimes = place.work, {"candidate": runtime} | ({"peer": peer} if peer else {})
    socket, settings = work / "docker.sock", work / "daemon.json"
    settings.write_text("{}")
    daemon = place.start_daemon([
        shutil.which("dockerd"), "--host", f"unix://{socket}", "--data-root", work / "data", "--exec-root", work / "exec",
        "--pidfile", work / "docker.pid", "--config-file", settings, "--iptables=false", "--ip6tables=false",
        "--ip-forward=false", "--bridge=none", "--storage-driver", "vfs", "--exec-opt", "native.cgroupdriver=cgroupfs",
        "--cgroup-parent", f"/{place.name}",
        *[f"--add-runtime={name}={path}" for name, path in runtimes.items()],
        "--default-runtime", "candidate"])  # with which it builds
    os.environ["DOCKER_BUILDKIT"] = "0"
    # The client that the daemon comes with, not whatever else is in the way.
    client = [next(path for path in ("/usr/bin/docker", shutil.which("docker")) if path and os.path.exists(path)),
              "--host", f"unix://{socket}"]
    daemon.wait_until_ready(lambda: socket.exists() and cell.run([*client, "version"]).status == 0)
    engines = [Docker(place, path, client, ["--network", "none", "--runtime", name]) for name, path in runtimes.items()]
    engines[0].ask("load", "-i", place.archive)
    return engines[0], engines[1] if peer else None


if __name__ == "__main__":
    sys.exit(cell.main(__doc__, ["dockerd", "containerd", "docker"], start, CHECKS))
