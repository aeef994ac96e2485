# SPDX-License-Identifier: Apache-2.0
"""Control groups: what a process is limited to, and the removal of those that a test leaves."""

import contextlib
import glob
import os
import pathlib
import time

ROOT, PREFIX = "/sys/fs/cgroup", "loadline-engine-"
KEPT = (".", "conmon")  # podman keeps the group of its containers and that of their monitors
SECONDS_TO_EMPTY = 5


def is_v2():
    return os.path.exists(f"{ROOT}/cgroup.controllers")


def group_file(pid, controller, v1_name, v2_name):
    """The first line of a file of the control group of a process, for the layout that this host has."""
    for line in pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            found = glob.glob(f"{ROOT}/*{controller}*{glob.escape(path)}/{v1_name}")
        else:
            found = [f"{ROOT}{path}/{v2_name}"] if not controllers else []
        for name in found:
            if os.path.exists(name):
                return (pathlib.Path(name).read_text().splitlines() or [""])[0]
    return f"no {v1_name} nor {v2_name}"


def own_name():
    """The group that a test of this process is confined to, in every hierarchy."""
    return f"{PREFIX}{os.getpid()}"


def below(name):
    """Every group of a test, the inner ones first: the top of its tree and the path."""
    for top in glob.glob(f"{ROOT}/{name}") + glob.glob(f"{ROOT}/*/{name}"):
        for group, _, _ in os.walk(top, topdown=False):
            yield top, group


def thaw(name):
    """Lets paused processes go on: what is frozen does not even die."""
    for _, group in below(name):
        for file, word in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
            with contextlib.suppress(OSError), open(f"{group}/{file}", "r+", encoding="ascii") as switch:
                switch.write(word)


def remove_one(group):
    """Removes a group as soon as its last process has ended; what prevents it, or nothing."""
    end = time.monotonic() + SECONDS_TO_EMPTY
    while True:
        try:
            os.rmdir(group)
            return ""
        except FileNotFoundError:
            return ""
        except OSError as error:
            if time.monotonic() > end:
                return error.strerror
        time.sleep(0.02)


def remove(name):
    """Removes the groups of a test. Those that the engine should have removed, and those that cannot be."""
    thaw(name)
    left = []
    for top, group in list(below(name)):
        reason = remove_one(group)
        if reason or os.path.relpath(group, top) not in KEPT:
            left.append(f"{group} ({reason})" if reason else group)
    return left


def remove_abandoned():
    """Removes the groups of tests that were killed, which could not do it themselves."""
    paths = glob.glob(f"{ROOT}/{PREFIX}*") + glob.glob(f"{ROOT}/*/{PREFIX}*")
    for name in {os.path.basename(path) for path in paths}:
        if not os.path.exists(f"/proc/{name.removeprefix(PREFIX)}"):
            remove(name)
