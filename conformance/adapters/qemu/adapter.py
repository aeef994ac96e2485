# SPDX-License-Identifier: Apache-2.0
"""QEMU: a machine per container, with the lab's kernel, whose process 1 is loadline-machine-init.

The control that the definitions of Popek and Goldberg ask for: a machine that is emulated has to
pass where equivalence and control are judged, and to fail where efficiency is. The reference
runtime makes the container inside, so what is judged here is the machine around it. The root file
system is copied into it at create: what the container changes there stays there; directories of the
host that it only reads are read where they are. Processor time is limited from outside, by groups that the whole machine is in; other limits hold inside."""
import json
import os
import resource
import signal
import sys

from oci import groups, processes
from oci.configuration import PROPERTIES, at, cannot, is_bind, namespaces
from oci.containers import remove_empty
from oci.failure import Failure
from oci.resources import is_v2
from oci.system import System
from qemu import initramfs, shares
from qemu.machine import ERRORS, INITRAMFS, OUTPUT, Machine, command, find_kernel

HERE = "/bundle"   # inside the machine
PID_FILE = "/run/container.pid"
NOT_HANDED_IN = ("hooks/", "process/terminal", "process/consoleSize", "process/apparmorProfile",
                 "process/selinuxLabel", "linux/mountLabel", "linux/intelRdt", "linux/netDevices",
                 "linux/resources/rdma", "linux/resources/network")


def with_callers_limits(process):
    """The limits that nobody names are the caller's, as they are outside of a machine."""
    named = {limit["type"] for limit in process.get("rlimits") or []}
    limits = list(process.get("rlimits") or [])
    for name in (name for name in dir(resource) if name.startswith("RLIMIT_")):
        if name in named or name == "RLIMIT_OFILE":  # another name of RLIMIT_NOFILE
            continue
        soft, hard = (value % 2**64 for value in resource.getrlimit(getattr(resource, name)))
        limits.append({"type": name, "soft": soft, "hard": hard})
    return {**process, "rlimits": limits}


class Qemu(System):
    NAME = "qemu"
    PROGRAMS = {"qemu-system-x86_64": "qemu-system-x86"}
    VERSION = ("qemu-system-x86_64", "--version")
    VERBS = System.VERBS | {"exec", "update", "pause", "resume"}
    TAKES_STOP = False  # a machine that boots hears nothing
    NAMESPACES = ("cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts")
    EXPRESSES = {pointer for pointer in PROPERTIES if not pointer.startswith(NOT_HANDED_IN)}

    def check(self, config, where):
        """What refers to the host is out of the machine's reach."""
        for mount in config.get("mounts") or []:
            if is_bind(mount) and not shares.is_share(mount):
                raise cannot(self.NAME, f"{where}/mounts",
                             f"{mount['destination']} is bound from the host, and not just to be "
                             "read")
        for kind, path in namespaces(config).items():
            if path:
                raise cannot(self.NAME, f"{where}/linux/namespaces", f"{kind} is the host's")
        if at(config, "linux/seccomp/listenerPath"):
            raise cannot(self.NAME, f"{where}/linux/seccomp/listenerPath")
        for key in ("cpus", "mems"):
            if at(config, f"linux/resources/cpu/{key}"):
                raise cannot(self.NAME, f"{where}/linux/resources/cpu/{key}",
                             "the machine has a processor and memory of its own")

    def create(self, container):
        config, sources = inside(container.config)
        if "process" in config:
            config["process"] = with_callers_limits(config["process"])
        kernel, modules = find_kernel(with_shares=bool(sources))
        made = groups.make(path_of(container), {})
        # Memory and no file: QEMU keeps it as long as it runs.
        os.dup2(os.memfd_create("initramfs"), INITRAMFS)
        initramfs.write(INITRAMFS, processes.beside("loadline-machine-init"),
                        processes.beside("loadline-runtime"), modules, json.dumps(config),
                        container.root())
        for name in ("control.in", "control.out"):
            os.mkfifo(container.path(name), 0o600)
        # QEMU takes what it is given under these numbers.
        os.dup2(1, OUTPUT)
        os.dup2(2, ERRORS)
        supervisor = processes.supervise(
            container,
            command(self.program("qemu-system-x86_64"), container, kernel, sources), {},
            (OUTPUT, ERRORS, INITRAMFS), lambda: groups.join(made))
        for number in (OUTPUT, ERRORS, INITRAMFS):
            os.close(number)
        with Machine(container, supervisor) as machine:
            status, _, errors = machine.ask("create", "--bundle", HERE, "--pid-file", PID_FILE,
                                            container.id)
        if status != 0:
            raise Failure("the runtime in the machine made no container", errors.strip())
        # Only what runs in it is limited, and not that it boots.
        groups.limit(made, outside(at(container.config, "linux/resources", {})))
        with open(container.path("qemu.pid"), encoding="utf-8") as file:
            return int(file.read())

    def ask(self, container, *words, **more):
        supervisor = os.pidfd_open(container.supervisor)
        with Machine(container, supervisor) as machine:
            status, output, errors = machine.ask(*words, **more)
        os.close(supervisor)
        return status, output, errors

    def do(self, container, *words, **more):
        status, _, errors = self.ask(container, *words, **more)
        if status != 0:
            raise Failure(f"{words[0]} in the machine ended with {status}", errors.strip())

    def start(self, container):
        self.do(container, "start", container.id)

    def kill(self, container, number):
        if container.has("paused"):
            # A machine that stands still hands nothing on.
            if number != signal.SIGKILL:
                raise Failure(f"{container.id} is paused", "resume it first")
            return self.end(container)
        self.do(container, "kill", container.id, str(number))

    def end(self, container):
        """The machine itself: nothing in it is asked."""
        super().end(container)
        if container.has("paused"):
            groups.freeze(path_of(container), False)  # what stands still does not die

    def pause(self, container):
        groups.freeze(path_of(container), True)

    def resume(self, container):
        groups.freeze(path_of(container), False)

    def update(self, container, resources):
        left = {key: value for key, value in resources.items() if key != "cpu"}
        if left and container.has("paused"):
            raise cannot(self.NAME, "update", "a machine that stands still hears nothing")
        groups.limit(groups.directories(path_of(container)), outside(resources))
        if left:
            self.do(container, "update", "--resources", "{file}", container.id,
                    file=json.dumps(left).encode())

    def clean(self, container):
        remove_empty(groups.directories(path_of(container)))

    def execute(self, container, process, pid_file):
        """The whole input goes in, and then the whole output comes out."""
        if pid_file:
            raise cannot(self.NAME, "exec --pid-file", "the process is the machine's")
        status, output, errors = self.ask(
            container, "exec", "--process", "{file}", container.id,
            given=sys.stdin.buffer.read(), file=json.dumps(with_callers_limits(process)).encode())
        sys.stdout.buffer.write(output)
        sys.stdout.buffer.flush()
        sys.stderr.write(errors)
        return status

    def features(self):
        document = super().features()
        document["linux"]["cgroup"].update({"v1": not is_v2(), "v2": is_v2()})
        del document["mountOptions"]
        del document["linux"]["capabilities"]
        return document


def path_of(container):
    return at(container.config, "linux/cgroupsPath", "/" + container.id)


def outside(resources):
    """What is limited around the machine."""
    return {"cpu": resources["cpu"]} if resources.get("cpu") else {}


def inside(config):
    """The configuration that the runtime in the machine gets, and the directories of the host that
    it reads."""
    copy = json.loads(json.dumps(config))
    copy["root"]["path"] = "rootfs"
    copy.get("linux", {}).get("resources", {}).pop("cpu", None)
    sources = []
    for place, mount in enumerate(copy.get("mounts") or []):
        if is_bind(mount):
            copy["mounts"][place] = shares.mounted(mount, len(sources))
            sources.append(mount["source"])
    return copy, sources


SYSTEM = Qemu()
