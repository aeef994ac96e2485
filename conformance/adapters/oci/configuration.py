# SPDX-License-Identifier: Apache-2.0
"""config.json: read, and held against what a system can express."""
import json
import os

from oci.failure import Failure, NoWords

# Every property of the runtime specification that asks for something, as far down as a system may
# know one and not its neighbour. What is in no line is unknown to the standard and ignored
# (oci-runtime/config/extensibility), or says nothing to a runtime.
PROPERTIES = """
process/terminal process/consoleSize process/cwd process/env process/args process/rlimits
process/user/uid process/user/gid process/user/umask process/user/additionalGids
process/capabilities process/noNewPrivileges process/oomScoreAdj process/apparmorProfile
process/selinuxLabel process/scheduler process/ioPriority process/execCPUAffinity
root/path root/readonly hostname domainname mounts
hooks/prestart hooks/createRuntime hooks/createContainer hooks/startContainer hooks/poststart
hooks/poststop
linux/namespaces linux/uidMappings linux/gidMappings linux/timeOffsets linux/devices
linux/cgroupsPath linux/rootfsPropagation linux/seccomp linux/sysctl linux/maskedPaths
linux/readonlyPaths linux/mountLabel linux/intelRdt linux/personality linux/memoryPolicy
linux/netDevices
linux/resources/devices linux/resources/memory linux/resources/cpu linux/resources/pids
linux/resources/blockIO linux/resources/hugepageLimits linux/resources/network
linux/resources/rdma linux/resources/unified
""".split()


def load_json(path):
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise Failure(f"{path} is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise Failure(f"{path} is no JSON object")
    return document


def load_config(bundle):
    """config.json of a bundle: what every system needs of it is there."""
    path = os.path.join(bundle, "config.json")
    config = load_json(path)
    for pointer, kind in (("ociVersion", str), ("root/path", str), ("process/args", list),
                          ("process/cwd", str)):
        if not isinstance(at(config, pointer), kind) or not at(config, pointer):
            raise Failure(f"{path}: /{pointer} is missing", "`loadline validate` says what is there")
    if not config["ociVersion"].startswith("1."):
        raise Failure(f"{path}: /ociVersion is {config['ociVersion']}", "version 1 is known")
    if not config["process"]["cwd"].startswith("/"):
        raise Failure(f"{path}: /process/cwd is not absolute")
    for pointer in ("linux/namespaces", "process/rlimits"):
        kinds = [entry.get("type") for entry in at(config, pointer, [])]
        if len(kinds) > len(set(kinds)):
            raise Failure(f"{path}: /{pointer} has a type twice")
    root = os.path.join(bundle, config["root"]["path"])
    if not os.path.isdir(root):
        raise Failure(f"{path}: /root/path: {root} is no directory")
    return config


def at(document, pointer, missing=None):
    """What stands at "a/b/c"; `missing` when nothing does."""
    for key in pointer.split("/"):
        if not isinstance(document, dict) or key not in document:
            return missing
        document = document[key]
    return document


def refuse_what_is_left(system, config, where=""):
    """Fails on a property that the system cannot express: passing it over would be a lie."""
    for pointer in PROPERTIES:
        value = at(config, pointer)
        # What is empty or false asks for nothing. A number always does, and so does an empty
        # intelRdt: it asks for a group.
        if value is None or value is False or value in ([], ""):
            continue
        if value == {} and pointer != "linux/intelRdt":
            continue
        if pointer not in system.EXPRESSES:
            raise cannot(system.NAME, where + "/" + pointer)
    system.check(config, where)


def cannot(name, pointer, detail=""):
    return NoWords(f"{name} cannot express {pointer}" + (f": {detail}" if detail else ""),
                   "take it out of config.json, or use another runtime")


def namespaces(config):
    """Type of each namespace that is wanted, with its path or nothing."""
    return {entry.get("type", ""): entry.get("path", "")
            for entry in at(config, "linux/namespaces", [])}


def environment(process):
    """Pairs; a variable without '=' has no value."""
    return [tuple(word.split("=", 1)) if "=" in word else (word, "")
            for word in process.get("env", [])]


def one_set(name, process, where):
    """The capabilities, when the sets that are not empty are alike as far as a system with one set
    can tell: bounding, and what a program of uid 0 gets of it."""
    sets = process.get("capabilities")
    if sets is None:
        return None
    bounding = set(sets.get("bounding") or [])
    for kind in ("inheritable", "ambient"):
        if sets.get(kind):
            raise cannot(name, f"{where}/process/capabilities/{kind}", "it has one set for all")
    user = at(process, "user/uid", 0)
    for kind in ("effective", "permitted"):
        wanted = set(sets.get(kind) or [])
        if wanted != (bounding if user == 0 else set()):
            raise cannot(name, f"{where}/process/capabilities/{kind}",
                         f"uid {user} gets " + ("the bounding set" if user == 0 else "none"))
    return sorted(bounding)


# Where every system mounts what it thinks right, whatever the options say.
OWN_MOUNTS = {"/proc": ("proc",), "/dev": ("tmpfs", "devtmpfs"), "/dev/pts": ("devpts",),
              "/dev/shm": ("tmpfs",), "/dev/mqueue": ("mqueue",), "/sys": ("sysfs",)}


def is_own_mount(mount):
    """Whether it asks for what the system has its own way to mount."""
    return mount.get("type") in OWN_MOUNTS.get(os.path.normpath(mount["destination"]), ())


def source_of(mount, bundle):
    """The source of a bind mount, absolute."""
    return os.path.join(bundle, mount.get("source", ""))


def is_bind(mount):
    options = mount.get("options") or []
    return mount.get("type") == "bind" or "bind" in options or "rbind" in options
