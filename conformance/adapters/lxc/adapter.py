# SPDX-License-Identifier: Apache-2.0
"""LXC, by lxc-start in the foreground: process 1 is the program of config.json.

create starts LXC with a hook that LXC runs on the host once the container stands and its process
waits for the monitor's last word (lxc.hook.start-host). The hook tells which process that is and
waits itself, for "start" or "stop" in a fifo; nothing of ours is in the container."""
import os
import shlex
import signal

from lxc.configuration import check, config_lines
from oci import groups, processes
from oci.configuration import at, environment, cannot
from oci.containers import remove_empty
from oci.failure import Failure
from oci.resources import device_rules, files_of, hierarchies, is_v2
from oci.system import System

# The fifo is open before anybody is told, and for both sides: nobody comes too early, and no end of
# a stream is taken for a word.
HOOK = """#!/bin/sh
exec 3<>{go}
echo "$LXC_PID" >{ready}
read -r word <&3
test "$word" = start
"""
# LXC leaves the maps of ids to newuidmap where it finds that, even root's, and is refused them
# unless /etc/subuid names root; else it writes them itself.
NO_PROGRAMS = {"PATH": os.devnull}
LOCKS = "/run/lxc/lock"  # below it a directory by the path of the container's


class Lxc(System):
    NAME = "lxc"
    PROGRAMS = {"lxc-start": "lxc", "lxc-attach": "lxc", "lxc-freeze": "lxc",
                "lxc-unfreeze": "lxc", "lxc-cgroup": "lxc"}
    STARTER = "lxc-start"
    VERSION = ("lxc-start", "--version")
    VERBS = System.VERBS | {"exec", "update", "pause", "resume"}
    NAMESPACES = ("cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts")
    EXPRESSES = set("""
        process/cwd process/env process/args process/rlimits process/user/uid process/user/gid
        process/user/additionalGids process/capabilities process/noNewPrivileges
        process/oomScoreAdj process/apparmorProfile process/selinuxLabel
        root/path root/readonly hostname mounts
        linux/namespaces linux/uidMappings linux/gidMappings linux/timeOffsets linux/devices
        linux/cgroupsPath linux/rootfsPropagation linux/seccomp linux/sysctl linux/maskedPaths
        linux/readonlyPaths
        linux/resources/devices linux/resources/memory linux/resources/cpu linux/resources/pids
        linux/resources/blockIO linux/resources/hugepageLimits linux/resources/network
        linux/resources/rdma linux/resources/unified
        """.split())

    def check(self, config, where):
        check(self.NAME, config, where)

    def create(self, container):
        places = groups_to_come(container)
        container.own = {"groups": places,
                         "new": [path for place in places for path in missing(place)]}
        channel = processes.make_fifo(container, "ready")
        waiting = processes.make_fifo(container, "go")
        hook = container.path("hook")
        write(hook, HOOK.format(ready=shlex.quote(container.path("ready")),
                                go=shlex.quote(container.path("go"))), 0o700)
        lines = config_lines(container, self.NAME) + [f"lxc.hook.start-host = {hook}"]
        write(container.path("config"), "\n".join(lines) + "\n", 0o600)
        supervisor = processes.supervise(container, self.start_command(container), NO_PROGRAMS)
        pid = processes.hear(channel, supervisor, processes.number_line)
        for handle in (channel, waiting, supervisor):
            os.close(handle)
        if pid is None:
            raise Failure(f"{self.STARTER} made no container of {container.id}",
                          "its errors are on the container's own stream")
        return pid

    def names(self, container):
        """How LXC is told which container is meant; of one without a file of its own in its usual
        place it believes little else."""
        return ["-n", container.id, "-P", container.directory, "--rcfile",
                container.path("config")]

    def start_command(self, container):
        return [self.program(self.STARTER), *self.names(container), "-F", "--",
                *container.config["process"]["args"]]

    def call(self, container, program, *words):
        command = [self.program(program), *self.names(container), *words]
        status = processes.run(command)
        if status != 0:
            raise Failure(f"{program} ended with {status}", "its errors stand above")

    def kill(self, container, number):
        super().kill(container, number)
        if number == signal.SIGKILL:
            container.tell("stop")  # as long as the hook waits, nobody reaps

    def end(self, container):
        super().end(container)
        # In another container's pid namespace nothing ends with the first process. Only groups that
        # were made for the container are its own.
        for place in set(container.own.get("groups", [])) & set(container.own.get("new", [])):
            groups.kill(place)
        if container.has("paused"):
            try:
                self.resume(container)  # what stands still may not die
            except Failure:
                pass  # it did, while LXC was asked

    def pause(self, container):
        self.call(container, "lxc-freeze")

    def resume(self, container):
        self.call(container, "lxc-unfreeze")

    def update(self, container, resources):
        left = []
        for name, value in files_of(resources):
            try:
                self.set_file(container, name, value)
            except Failure:
                left.append((name, value))  # one limit may be in the way of another
        for name, value in left:
            self.set_file(container, name, value)
        for kind, rule in device_rules(resources):
            self.set_file(container, f"devices.{kind}", rule)

    def set_file(self, container, name, value):
        self.call(container, "lxc-cgroup", "--", name, value)  # a value may begin with "-"

    def execute(self, container, process, pid_file):
        """lxc-attach: it enters with what LXC knows of the container, so more is refused."""
        if pid_file:
            raise cannot(self.NAME, "exec --pid-file", "lxc-attach does not tell the process")
        self.check_exec(container, process)
        command = [self.program("lxc-attach"), *self.names(container), "--clear-env"]
        for name, value in environment(process):
            command += ["-v", f"{name}={value}"]
        command += ["-u", str(at(process, "user/uid", 0)), "-g", str(at(process, "user/gid", 0))]
        return processes.run(command + ["--", *process["args"]])

    def check_exec(self, container, process):
        if process.get("cwd", "/") != "/":
            raise cannot(self.NAME, "exec: /process/cwd", "lxc-attach begins in /")
        for key in ("rlimits", "oomScoreAdj", "apparmorProfile", "selinuxLabel", "noNewPrivileges"):
            if process.get(key) and process[key] != container.config["process"].get(key):
                raise cannot(self.NAME, f"exec: /process/{key}", "the container's own is used")
        mine = at(container.config, "process/capabilities/bounding", [])
        if set(at(process, "capabilities/bounding", mine)) != set(mine):
            raise cannot(self.NAME, "exec: /process/capabilities", "the container's own are used")
        if at(process, "user/additionalGids"):
            raise cannot(self.NAME, "exec: /process/user/additionalGids")

    def clean(self, container):
        """What LXC leaves: of its groups the one that the monitor is in, and the place of its
        locks with all that is above it."""
        try:
            os.removedirs(LOCKS + container.directory)
        except OSError:
            pass  # it was never there
        left = [place + suffix for place in container.own.get("groups", [])
                for suffix in (".monitor", ".pivot/lxc.pivot", ".pivot")]
        remove_empty(left + container.own.get("new", []))

    def features(self):
        document = super().features()
        document["linux"]["cgroup"].update({"v1": not is_v2(), "v2": is_v2()})
        document["linux"]["seccomp"]["actions"] = [
            "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_TRAP"]
        del document["mountOptions"]  # LXC hands on what it does not know
        del document["linux"]["capabilities"]
        return document


def groups_to_come(container):
    """Where LXC will make the container's groups: below the top, and of version 2 below ours."""
    path = "/" + at(container.config, "linux/cgroupsPath", container.id).strip("/")
    tops = set(hierarchies().values()) | set(groups.groups_of("self").values())
    return sorted(top + path for top in tops)


def missing(path):
    """What of a path is not there yet, the deepest first."""
    found = []
    while not os.path.isdir(path):
        found.append(path)
        path = os.path.dirname(path)
    return found


def write(path, text, mode):
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode), "w",
              encoding="utf-8") as file:
        file.write(text)


SYSTEM = Lxc()
