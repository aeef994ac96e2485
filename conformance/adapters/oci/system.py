# SPDX-License-Identifier: Apache-2.0
"""System: what an adapter says and does; each overrides what its system does otherwise."""
import re
import signal

from oci import processes
from oci.failure import Failure


class System:
    NAME = ""          # in messages
    PROGRAMS = {}      # what has to be installed, with its Debian package
    VERBS = {"create", "start", "state", "kill", "delete", "features"}
    EXPRESSES = set()  # of configuration.PROPERTIES
    NAMESPACES = ()
    VERSION = ()       # program and arguments that print the version
    TAKES_STOP = True  # what waits for "start" ends when it is told "stop"

    def has(self, verb):
        return verb in self.VERBS

    def version(self):
        program = processes.find_program(self.VERSION[0], self.PROGRAMS[self.VERSION[0]])
        found = re.search(r"\d+\.\d[.\d]*", processes.output_of([program, *self.VERSION[1:]]))
        return found.group(0).rstrip(".") if found else "of unknown version"

    def program(self, name):
        return processes.find_program(name, self.PROGRAMS[name])

    def check(self, config, where):
        """Fails on values that the system cannot express."""

    def create(self, container):
        """Makes everything but the program of config.json; the pid of process 1."""
        raise NotImplementedError

    def start(self, container):
        """Lets the program begin. Fails when there is none that can be."""
        watch = processes.ExecWatch(container.pid)
        if not container.tell("start"):
            raise Failure(f"nothing of {container.id} waits to be started")
        if not watch.became_program():
            raise Failure(f"{container.id}: {container.config['process']['args'][0]} cannot be run",
                          "its errors are on the container's own stream")

    def kill(self, container, number):
        processes.send(container.pid, number)

    def end(self, container):
        """Makes an end of a container that is not stopped."""
        if not container.pid:
            return
        try:
            processes.send(container.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def clean(self, container):
        """Removes what the system leaves of a container that has ended."""

    def execute(self, container, process, pid_file):
        raise NotImplementedError

    def update(self, container, resources):
        raise NotImplementedError

    def pause(self, container):
        raise NotImplementedError

    def resume(self, container):
        raise NotImplementedError

    def features(self):
        """The features document: what the adapter can pass on, as the standard words it."""
        return {
            "ociVersionMin": "1.0.0",
            "ociVersionMax": "1.0.2",
            "hooks": [],
            "mountOptions": [],
            "linux": {
                "namespaces": list(self.NAMESPACES),
                "capabilities": [],
                "cgroup": {"v1": False, "v2": False, "systemd": False, "systemdUser": False},
                "seccomp": {"enabled": "linux/seccomp" in self.EXPRESSES},
                "apparmor": {"enabled": "process/apparmorProfile" in self.EXPRESSES},
                "selinux": {"enabled": "process/selinuxLabel" in self.EXPRESSES},
                "intelRdt": {"enabled": False},
                "mountExtensions": {"idmap": {"enabled": False}},
                "netDevices": {"enabled": False},
            },
        }
