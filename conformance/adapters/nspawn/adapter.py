# SPDX-License-Identifier: Apache-2.0
"""systemd-nspawn, by its own reader of bundles (--oci-bundle), without systemd's services.

It gets a bundle of ours: the user's config.json with what it does not take changed (derived()), and
as program loadline-hold, which becomes the program of config.json at start. That stands in the
directory /.loadline-hold of the container, with its two fifos: the one thing here that the
container can see of the adapter. Which process it is nspawn tells as it tells systemd."""
import errno
import json
import os
import re
import socket

from oci import groups, processes
from oci.configuration import OWN_MOUNTS, at, cannot, namespaces, source_of, is_bind
from oci.containers import remove_empty, remove_tree
from oci.failure import Failure, NoWords
from oci.resources import hierarchies
from oci.system import System

KNOWN_VERSION = "1.0.0"  # of the standard; it takes no other
HOLD = "/.loadline-hold"
LEADER = re.compile(r"^X_NSPAWN_LEADER_PID=(\d+)$", re.MULTILINE)
LONGEST_NAME = 64  # of a machine
# What it makes below the caller's group in systemd's hierarchies, and leaves to systemd.
GROUPS = ("payload", "supervisor")
RUNTIME_DIRECTORIES = ("/run/systemd/nspawn/propagate", "/run/systemd/nspawn/locks")
BIND_OPTIONS = {"bind", "rbind", "rw"}
PROPAGATIONS = {prefix + kind for prefix in ("", "r")
                for kind in ("private", "shared", "slave", "unbindable")}


class Nspawn(System):
    NAME = "systemd-nspawn"
    PROGRAMS = {"systemd-nspawn": "systemd-container"}
    VERSION = ("systemd-nspawn", "--version")
    NAMESPACES = ("cgroup", "ipc", "mount", "network", "pid", "user", "uts")
    # Not hooks: it reads them and runs none. Not resources: it asks systemd for them.
    EXPRESSES = set("""
        process/cwd process/env process/args process/rlimits process/user/uid process/user/gid
        process/user/additionalGids process/capabilities process/noNewPrivileges
        process/oomScoreAdj root/path root/readonly hostname mounts
        linux/namespaces linux/uidMappings linux/gidMappings linux/devices linux/cgroupsPath
        linux/seccomp linux/sysctl linux/maskedPaths linux/readonlyPaths
        """.split())

    def check(self, config, where):
        wanted = namespaces(config)
        if "linux" in config and "process" in config and "mount" not in wanted:
            raise cannot(self.NAME, "/linux/namespaces", "it always makes a mount namespace")
        for kind, path in wanted.items():
            if kind not in self.NAMESPACES or (path and kind != "network"):
                raise cannot(self.NAME, "/linux/namespaces", f"{kind} {path}".strip())
        maps = [at(config, "linux/uidMappings", []), at(config, "linux/gidMappings", [])]
        if maps[0] != maps[1] or len(maps[0]) > 1 or any(one["containerID"] for one in maps[0]):
            raise cannot(self.NAME, "/linux/uidMappings", "it has one range, from 0, for both")
        for mount in config.get("mounts") or []:
            check_mount(self.NAME, mount)
        check_filter(self.NAME, at(config, "linux/seccomp", {}))

    def create(self, container):
        if len(container.id) > LONGEST_NAME or not re.fullmatch(r"[a-zA-Z0-9-.]+", container.id):
            raise NoWords(f"{container.id} cannot be the name of a machine",
                          f"use at most {LONGEST_NAME} letters, digits, '-' and '.'")
        self.prepare_root(container)
        os.mkdir(container.path("hold"), 0o755)
        channel = processes.make_fifo(container, "hold/ready", 0o666)
        waiting = processes.make_fifo(container, "hold/go", 0o666)
        os.symlink("hold/go", container.path("go"))
        copy(processes.beside("loadline-hold"), container.path("hold/hold"))
        os.mkdir(container.path("bundle"), 0o755)
        with open(container.path("bundle/config.json"), "w", encoding="utf-8") as file:
            json.dump(derived(container), file)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as notices:
            notices.bind(container.path("notices"))
            supervisor = processes.supervise(
                container, self.start_command(container),
                {"NOTIFY_SOCKET": container.path("notices"), "SYSTEMD_LOG_LEVEL": "warning",
                 "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"})
            ready = processes.hear(channel, supervisor, processes.number_line)
            leader = self.leader(notices) if ready is not None else None
        for handle in (channel, waiting, supervisor):
            os.close(handle)
        if leader is None:
            raise Failure(f"systemd-nspawn made no container of {container.id}",
                          "its errors are on the container's own stream")
        return leader

    def start_command(self, container):
        return [self.program("systemd-nspawn"), "--quiet", "--register=no", "--keep-unit",
                "--machine=" + container.id, "--console=pipe",
                "--oci-bundle=" + container.path("bundle")]

    def leader(self, notices):
        """Has come, or comes soon: it is sent before the process gets as far as loadline-hold."""
        notices.settimeout(processes.READY_SECONDS)
        while True:
            found = LEADER.search(notices.recv(4096).decode("utf-8", "replace"))
            if found:
                return int(found.group(1))

    def prepare_root(self, container):
        """It takes no root without /usr, and makes the places where it mounts. What it would
        leave is noted, so that clean() can take exactly that away."""
        new = []
        for name in ("usr", HOLD.strip("/")):
            path = os.path.join(container.root(), name)
            if not os.path.lexists(path):
                os.mkdir(path, 0o755)
                new.append(name)
        container.own = {"new": new, "groups": groups_to_come()}
        container.save()

    def clean(self, container):
        left = container.own.get("groups", [])
        remove_empty([os.path.join(container.root(), name)
                      for name in container.own.get("new", [])] + groups_below(left) + left)
        for path in RUNTIME_DIRECTORIES:
            try:
                os.removedirs(path)
            except OSError:
                pass  # other machines, or the rest of systemd
        if os.path.isdir(container.path("hold")):
            remove_tree(container.path("hold"))

    def features(self):
        document = super().features()
        document["linux"]["seccomp"]["actions"] = [
            "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_KILL", "SCMP_ACT_TRAP"]
        document["linux"]["seccomp"]["supportedFlags"] = []
        del document["mountOptions"]
        del document["linux"]["capabilities"]
        return document


def check_mount(name, mount):
    """It puts its own in some places, silently: that is refused unless it is what is asked for."""
    destination = os.path.normpath(mount["destination"])
    own = destination in OWN_MOUNTS or destination in ("/run", "/tmp") or \
        destination.startswith("/sys/fs/cgroup")
    if own and mount.get("type") not in OWN_MOUNTS.get(destination, ()):
        raise cannot(name, "/mounts", f"it mounts its own on {destination}")
    if mount.get("uidMappings") or mount.get("gidMappings"):
        raise cannot(name, "/mounts", f"mappings of {destination}")
    if is_bind(mount) and PROPAGATIONS & set(mount.get("options") or []):
        raise cannot(name, "/mounts", f"propagation of {destination}")


def groups_to_come():
    """The groups that it will make and leave to systemd: below the caller's, and of systemd's two
    hierarchies each as the other has it. The caller's own cannot be removed."""
    places, mine = hierarchies(), groups.groups_of("self")
    found = []
    for name in ("", "name=systemd"):
        for other in ("", "name=systemd"):
            if name in mine and other in mine:
                above = places[name] + mine[other].removeprefix(places[other])
                found += [os.path.join(above, word) for word in GROUPS] + [above]
    return found


def groups_below(places):
    """What a container made in the groups that nspawn made for it, the deepest first."""
    return [os.path.join(folder, name)
            for place in places if os.path.basename(place) in GROUPS
            for folder, names, _ in os.walk(place, topdown=False) for name in names]


def bind_entries(mount, bundle):
    """Its word for a bind mount takes no flags: they are set by a mount of the general kind."""
    options, destination = set(mount.get("options") or []), mount["destination"]
    entries = [{"destination": destination, "type": "bind", "source": source_of(mount, bundle),
                "options": ["rbind" if "rbind" in options else "norbind"]}]
    flags = sorted(options - BIND_OPTIONS)
    if flags:
        entries.append({"destination": destination, "type": "none", "source": "none",
                        "options": ["remount", "bind", *flags]})
    return entries


def check_filter(name, seccomp):
    """It knows no flags, and one error: EPERM."""
    if seccomp.get("flags"):
        raise cannot(name, "/linux/seccomp/flags")
    for rule in seccomp.get("syscalls") or []:
        if rule.get("errnoRet", errno.EPERM) != errno.EPERM:
            raise cannot(name, "/linux/seccomp/syscalls", f"errnoRet {rule['errnoRet']}")


def derived(container):
    """The configuration that it is given: paths are absolute, since the bundle is another one."""
    config = json.loads(json.dumps(container.config))
    config["ociVersion"] = KNOWN_VERSION
    config["root"]["path"] = container.root()
    # Its group is the caller's: without systemd it makes none of its own.
    config.get("linux", {}).pop("cgroupsPath", None)
    for rule in at(config, "linux/seccomp/syscalls", []):
        rule.pop("errnoRet", None)  # which it refuses, even where it is what it does
    hold = {"destination": HOLD, "source": container.path("hold"), "options": ["bind", "ro"]}
    mounts, config["mounts"] = config.get("mounts") or [], []
    for mount in mounts + [hold]:
        config["mounts"] += bind_entries(mount, container.bundle) if is_bind(mount) else [mount]
    config["process"]["args"] = [HOLD + "/hold", HOLD + "/ready", HOLD + "/go",
                                 *container.config["process"]["args"]]
    return config


def copy(source, target):
    with open(source, "rb") as original:
        with open(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o755), "wb") as file:
            file.write(original.read())


SYSTEM = Nspawn()
