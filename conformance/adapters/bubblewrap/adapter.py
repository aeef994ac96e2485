# SPDX-License-Identifier: Apache-2.0
"""bubblewrap: what it can express fits on its command line. It waits by itself (--block-fd) once
everything is made, and says which process it is (--info-fd); nothing of ours is in the container.
It has no groups, no limits and no user but the caller's outside a user namespace."""
import json
import os
import re
import select

from oci import processes
from oci.configuration import OWN_MOUNTS, at, cannot, environment, is_bind, is_own_mount, \
    namespaces, one_set, source_of
from oci.failure import Failure
from oci.system import System

# How a mount of a type is asked for, and the options that have words of their own.
BY_TYPE = {"proc": "--proc", "devpts": None, "mqueue": "--mqueue"}
NAMESPACE_OPTIONS = {"pid": "--unshare-pid", "network": "--unshare-net", "ipc": "--unshare-ipc",
                     "uts": "--unshare-uts", "user": "--unshare-user", "cgroup": "--unshare-cgroup"}
BIND_OPTIONS = {"bind", "rbind", "ro", "rw", "nosuid", "nodev", "dev", "rprivate", "private"}
TMPFS_OPTIONS = {"nosuid", "nodev", "rw", "ro"}
UNITS = {"k": 1024, "m": 1024 ** 2, "g": 1024 ** 3}
READ_SECONDS = 10
LOOK_SECONDS = 0.001
TMPFS_MODE = "1777"  # the kernel's own default, which bubblewrap's is not


class Bubblewrap(System):
    NAME = "bubblewrap"
    PROGRAMS = {"bwrap": "bubblewrap"}
    VERSION = ("bwrap", "--version")
    TAKES_STOP = False  # any word makes it go on
    NAMESPACES = ("cgroup", "ipc", "mount", "network", "pid", "user", "uts")
    EXPRESSES = set("""
        process/cwd process/env process/args process/user/uid process/user/gid
        process/capabilities process/noNewPrivileges root/path root/readonly hostname mounts
        linux/namespaces linux/uidMappings linux/gidMappings linux/cgroupsPath
        """.split())

    def check(self, config, where):
        process, wanted = config["process"], namespaces(config)
        one_set(self.NAME, process, "")
        if process.get("noNewPrivileges") is False:
            raise cannot(self.NAME, "/process/noNewPrivileges", "it always sets it")
        if "mount" not in wanted:
            raise cannot(self.NAME, "/linux/namespaces", "it always makes a mount namespace")
        for kind, path in wanted.items():
            if kind not in self.NAMESPACES or path:
                raise cannot(self.NAME, "/linux/namespaces", f"{kind} {path}".strip())
        if config.get("hostname") and "uts" not in wanted:
            raise cannot(self.NAME, "/hostname", "without a uts namespace")
        check_user(self.NAME, config, wanted)
        if not any(mount.get("type") in OWN_MOUNTS["/dev"] and
                   os.path.normpath(mount["destination"]) == "/dev"
                   for mount in config.get("mounts") or []):
            raise cannot(self.NAME, "/mounts", "it makes devices in a /dev of its own alone")
        for mount in config.get("mounts") or []:
            mount_words(self.NAME, mount, "/")

    def create(self, container):
        waiting = processes.make_fifo(container, "go")
        reader, writer = os.pipe()
        supervisor = processes.supervise(
            container, self.start_command(container, writer, waiting), {}, (writer, waiting))
        os.close(writer)
        pid = processes.hear(reader, supervisor, child_of)
        if pid is not None and not wait_until_it_reads(pid, waiting):
            pid = None
        for handle in (reader, waiting, supervisor):
            os.close(handle)
        if pid is None:
            raise Failure(f"bubblewrap made no container of {container.id}",
                          "its errors are on the container's own stream")
        return pid

    def start_command(self, container, info, waiting):
        config = container.config
        words = [self.program("bwrap"), "--die-with-parent", "--new-session",
                 "--info-fd", str(info), "--block-fd", str(waiting)]
        wanted = namespaces(config)
        words += [NAMESPACE_OPTIONS[kind] for kind in wanted if kind != "mount"]
        if "pid" in wanted:
            words.append("--as-pid-1")
        if "user" in wanted:
            words += ["--uid", str(at(config, "process/user/uid", 0)),
                      "--gid", str(at(config, "process/user/gid", 0))]
        if config.get("hostname"):
            words += ["--hostname", config["hostname"]]
        words += ["--bind", container.root(), "/"]
        for mount in config.get("mounts") or []:
            words += mount_words(self.NAME, mount, container.bundle)
        if at(config, "root/readonly"):
            words += ["--remount-ro", "/"]  # last: the places of mounts are made in it
        return words + process_words(self.NAME, config["process"])

    def features(self):
        document = super().features()
        document["mountOptions"] = sorted(BIND_OPTIONS | TMPFS_OPTIONS | {"mode", "size"})
        del document["linux"]["capabilities"]
        return document


def check_user(name, config, wanted):
    """Without a user namespace the process keeps the caller's ids; with one it has one pair."""
    user = at(config, "process/user", {})
    mine = (user.get("uid", 0), user.get("gid", 0))
    if "user" not in wanted:
        if mine != (os.geteuid(), os.getegid()):
            raise cannot(name, "/process/user", "without a user namespace it stays the caller")
        return
    for key, inside, outside in (("uidMappings", mine[0], os.geteuid()),
                                 ("gidMappings", mine[1], os.getegid())):
        single = [{"containerID": inside, "hostID": outside, "size": 1}]
        if at(config, "linux/" + key, []) != single:
            raise cannot(name, f"/linux/{key}", f"it maps {inside} to {outside} and no other")


def child_of(text):
    """The process that bubblewrap tells, once all of its document has come."""
    try:
        return json.loads(text)["child-pid"]
    except ValueError:
        return None


def wait_until_it_reads(pid, number):
    """Whether a process comes to wait for what we write, and does not end: bubblewrap tells its
    child before that has done anything, and nobody when it has done everything."""
    waits = re.compile(rf"\d+ 0x{number:x} ")
    for _ in range(int(READ_SECONDS / LOOK_SECONDS)):
        found = processes.stat_of(pid)
        if found is None or found[0] in "ZX":
            return False
        with open(f"/proc/{pid}/syscall", encoding="utf-8") as file:
            if waits.match(file.read()):
                return True
        select.select([], [], [], LOOK_SECONDS)
    raise Failure(f"bubblewrap is not ready after {READ_SECONDS} seconds")


def process_words(name, process):
    words = ["--clearenv"]
    for key, value in environment(process):
        words += ["--setenv", key, value]
    words += ["--chdir", process["cwd"]]
    kept = one_set(name, process, "")
    if kept is not None:
        words += ["--cap-drop", "ALL"]
        for capability in kept:
            words += ["--cap-add", capability]
    return words + ["--", *process["args"]]


def mount_words(name, mount, bundle):
    destination = os.path.normpath(mount["destination"])
    options = mount.get("options") or []
    if mount.get("uidMappings") or mount.get("gidMappings"):
        raise cannot(name, "/mounts", f"mappings of {destination}")
    if is_bind(mount):
        left = set(options) - BIND_OPTIONS
        if left:
            raise cannot(name, "/mounts", f"option {sorted(left)[0]} of {destination}")
        writable = "--dev-bind" if "dev" in options else "--bind"
        return ["--ro-bind" if is_readonly(options) else writable, source_of(mount, bundle),
                destination]
    if is_own_mount(mount):
        return own_mount_words(destination, mount["type"], options)
    if mount.get("type") == "tmpfs":
        return tmpfs_words(name, destination, options)
    raise cannot(name, "/mounts", f"{mount.get('type')} on {destination}")


def own_mount_words(destination, kind, options):
    """Where it has its own way its own options hold, as the README says."""
    if destination == "/dev":
        return ["--dev", destination]
    if destination == "/sys":
        return ["--ro-bind", "/sys", "/sys"]  # it mounts no sysfs
    if destination == "/dev/shm":
        return tmpfs_words("", destination, [word for word in options if "=" in word])
    option = BY_TYPE[kind]
    return [option, destination] if option else []


def tmpfs_words(name, destination, options):
    words, mode = [], TMPFS_MODE
    for option in options:
        key, _, value = option.partition("=")
        if key == "mode" and value:
            mode = value
        elif key == "size" and value:
            words += ["--size", str(bytes_of(name, destination, value))]
        elif option not in TMPFS_OPTIONS:
            raise cannot(name, "/mounts", f"option {option} of {destination}")
    words = ["--perms", mode] + words + ["--tmpfs", destination]
    return words + (["--remount-ro", destination] if is_readonly(options) else [])


def is_readonly(options):
    """The last word of several counts."""
    return [option for option in options if option in ("ro", "rw")][-1:] == ["ro"]


def bytes_of(name, destination, text):
    unit = UNITS.get(text[-1:].lower(), 1)
    number = text[:-1] if unit > 1 else text
    if not number.isdigit():
        raise cannot(name, "/mounts", f"size {text} of {destination}")
    return int(number) * unit


SYSTEM = Bubblewrap()
