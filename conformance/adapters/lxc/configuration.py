# SPDX-License-Identifier: Apache-2.0
"""config.json in the words of lxc.container.conf."""
import os
import stat

from lxc.seccomp import policy
from oci.configuration import (at, cannot, environment, is_bind, namespaces, one_set, source_of)
from oci.resources import device_rules, files_of, is_v2, unknown_to_files

NAMESPACE_WORDS = {"mount": "mnt", "network": "net", "pid": "pid", "ipc": "ipc", "uts": "uts",
                   "user": "user", "cgroup": "cgroup", "time": "time"}
OFFSETS = {"boottime": "boot", "monotonic": "monotonic"}
# LXC makes these itself when lxc.autodev is on: the tmpfs, the usual devices, the terminals.
MADE_BY_AUTODEV = {"/dev": "tmpfs", "/dev/pts": "devpts"}
DEV_NULL = "/dev/null"
# Whatever the rules say, a container has its default devices: LXC's own words for them.
DEFAULT_DEVICES = ["c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm", "c 1:8 rwm", "c 1:9 rwm", "c 5:0 rwm",
                   "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm"]
GROUP_TYPES = ("cgroup", "cgroup2")
GROUP_PLACE = "/sys/fs/cgroup"


def check(name, config, where):
    """Values that LXC cannot express, of properties that it can."""
    process = config.get("process") or {}
    one_set(name, process, where)
    wanted = namespaces(config)
    for kind in wanted:
        if kind not in NAMESPACE_WORDS:
            raise cannot(name, f"{where}/linux/namespaces", f"type {kind}")
    if "linux" in config and "process" in config:
        if "mount" not in wanted:
            raise cannot(name, f"{where}/linux/namespaces", "it always makes a mount namespace")
        if wanted["mount"]:
            raise cannot(name, f"{where}/linux/namespaces", "it joins no mount namespace")
    unknown = unknown_to_files(at(config, "linux/resources", {}))
    if unknown:
        raise cannot(name, f"{where}/linux/resources/{unknown}")
    for key in at(config, "linux/resources/cpu", {}):
        if is_v2() and key.startswith("realtime"):
            raise cannot(name, f"{where}/linux/resources/cpu/{key}", "version 2 has no such limit")
    for mount in config.get("mounts") or []:
        if mount.get("uidMappings") or mount.get("gidMappings"):
            raise cannot(name, f"{where}/mounts", f"mappings of {mount['destination']}")
        if mount.get("type") in GROUP_TYPES and \
                os.path.normpath(mount["destination"]) != GROUP_PLACE:
            raise cannot(name, f"{where}/mounts", f"groups mounted elsewhere than {GROUP_PLACE}")
    for device in at(config, "linux/devices", []):
        check_device(name, device, where)


def check_device(name, device, where):
    """LXC binds a device of the host; it makes none."""
    try:
        found = os.stat(device["path"])
    except OSError:
        found = None
    kinds = {"c": stat.S_ISCHR, "u": stat.S_ISCHR, "b": stat.S_ISBLK}
    same = (found is not None and device["type"] in kinds and
            kinds[device["type"]](found.st_mode) and
            (os.major(found.st_rdev), os.minor(found.st_rdev)) ==
            (device.get("major"), device.get("minor")))
    wanted = (device.get("fileMode", stat.S_IMODE(found.st_mode) if found else 0),
              device.get("uid", 0), device.get("gid", 0))
    if not same or wanted != (stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid):
        raise cannot(name, f"{where}/linux/devices",
                     f"{device['path']} is not like the host's, which it would bind")


def config_lines(container, name):
    config = container.config
    lines = (root_lines(container) + group_lines(container) + namespace_lines(config) +
             process_lines(config, name) + mount_lines(container) + path_lines(container) +
             seccomp_lines(container, name))
    for line in lines:
        if "\n" in line:  # the next line would be another setting
            raise cannot(name, "a line break", "in " + line.split(" = ")[0])
    return lines


def root_lines(container):
    options = ["ro"] if at(container.config, "root/readonly") else []
    propagation = at(container.config, "linux/rootfsPropagation")
    if propagation:
        options.append(propagation)
    lines = [f"lxc.rootfs.path = dir:{container.root()}", "lxc.rootfs.managed = 0",
             "lxc.autodev = 1", "lxc.console.path = none", "lxc.tty.max = 0",
             "lxc.pty.max = 1024", "lxc.hook.version = 1"]
    if options:
        lines.append("lxc.rootfs.options = " + ",".join(options))
    if container.config.get("hostname"):
        lines.append("lxc.uts.name = " + container.config["hostname"])
    return lines


def group_lines(container):
    config = container.config
    path = at(config, "linux/cgroupsPath", "/" + container.id).strip("/")
    # The monitor's groups are beside the container's: none may lie within another.
    lines = ["lxc.cgroup.relative = 0", f"lxc.cgroup.dir.container = {path}",
             f"lxc.cgroup.dir.monitor = {path}.monitor",
             f"lxc.cgroup.dir.monitor.pivot = {path}.pivot"]
    resources = at(config, "linux/resources", {})
    kind = "lxc.cgroup2" if is_v2() else "lxc.cgroup"
    lines += [f"{kind}.{name} = {value}" for name, value in files_of(resources)]
    rules = device_rules(resources)
    if rules:
        rules += [("allow", rule) for rule in DEFAULT_DEVICES]
    lines += [f"{kind}.devices.{verb} = {rule}" for verb, rule in rules]
    return lines


def namespace_lines(config):
    wanted = namespaces(config)
    made = [NAMESPACE_WORDS[kind] for kind, path in wanted.items() if not path]
    lines = ["lxc.namespace.clone = " + " ".join(made)]
    for kind, path in wanted.items():
        if path:
            lines.append(f"lxc.namespace.share.{NAMESPACE_WORDS[kind]} = {path}")
    if wanted.get("network") == "":
        lines += ["lxc.net.0.type = empty", "lxc.net.0.flags = up"]
    for key, letter in (("linux/uidMappings", "u"), ("linux/gidMappings", "g")):
        for entry in at(config, key, []):
            lines.append(f"lxc.idmap = {letter} {entry['containerID']} {entry['hostID']} "
                         f"{entry['size']}")
    for clock, offset in at(config, "linux/timeOffsets", {}).items():
        total = offset.get("secs", 0) * 1_000_000_000 + offset.get("nanosecs", 0)
        lines.append(f"lxc.time.offset.{OFFSETS.get(clock, clock)} = {total}ns")
    return lines


def process_lines(config, name):
    process = config["process"]
    lines = [f"lxc.init.cwd = {process['cwd']}", f"lxc.init.uid = {at(process, 'user/uid', 0)}",
             f"lxc.init.gid = {at(process, 'user/gid', 0)}"]
    groups = at(process, "user/additionalGids")
    if groups:
        lines.append("lxc.init.groups = " + ",".join(str(group) for group in groups))
    lines += [f"lxc.environment = {key}={value}" for key, value in environment(process)]
    kept = one_set(name, process, "")
    if kept is not None:
        words = " ".join(word.removeprefix("CAP_").lower() for word in kept)
        lines.append("lxc.cap.keep = " + (words or "none"))
    if process.get("noNewPrivileges"):
        lines.append("lxc.no_new_privs = 1")
    for limit in process.get("rlimits") or []:
        kind = limit["type"].removeprefix("RLIMIT_").lower()
        lines.append(f"lxc.prlimit.{kind} = {limit['soft']}:{limit['hard']}")
    if process.get("oomScoreAdj") is not None:
        lines.append(f"lxc.proc.oom_score_adj = {process['oomScoreAdj']}")
    lines.append("lxc.apparmor.profile = " + (process.get("apparmorProfile") or "unconfined"))
    if process.get("selinuxLabel"):
        lines.append("lxc.selinux.context = " + process["selinuxLabel"])
    lines += [f"lxc.sysctl.{key} = {value}"
              for key, value in at(config, "linux/sysctl", {}).items()]
    return lines


def field(text):
    """A field of a line in the manner of fstab."""
    return text.replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011")


def entry(source, destination, kind, options):
    return (f"lxc.mount.entry = {field(source)} {field(destination.strip('/') or '.')} {kind} "
            f"{','.join(options) or 'defaults'} 0 0")


def mount_lines(container):
    lines = []
    for mount in container.config.get("mounts") or []:
        destination = os.path.normpath(mount["destination"])
        if destination in MADE_BY_AUTODEV and MADE_BY_AUTODEV[destination] == mount.get("type"):
            continue
        options = list(mount.get("options") or [])
        if mount.get("type") in GROUP_TYPES:
            # Several file systems make what the standard calls one mount: LXC has a word for it.
            lines.append(f"lxc.mount.auto = cgroup:{'ro' if 'ro' in options else 'rw'}:force")
            continue
        kind, source = mount.get("type") or "none", mount.get("source") or "none"
        what = "dir"
        if is_bind(mount):
            kind, source = "none", source_of(mount, container.bundle)
            what = "dir" if os.path.isdir(source) else "file"
            if not {"bind", "rbind"} & set(options):
                options.append("bind")
        lines.append(entry(source, destination, kind, options + [f"create={what}"]))
    for device in at(container.config, "linux/devices", []):
        lines.append(entry(device["path"], device["path"], "none", ["bind", "create=file"]))
    return lines


def path_lines(container):
    """Masks and paths that are read-only, after the mounts that they lie in."""
    lines = []
    for path in at(container.config, "linux/maskedPaths", []):
        if os.path.isdir(place_of(path, container.root())):
            lines.append(entry("tmpfs", path, "tmpfs", ["ro", "size=0"]))
        else:
            lines.append(entry(DEV_NULL, path, "none",
                               ["bind"] + optional(path, container.root())))
    for path in at(container.config, "linux/readonlyPaths", []):
        lines.append(entry(path.strip("/"), path, "none",
                           ["bind", "ro", "relative"] + optional(path, container.root())))
    return lines


def optional(path, root):
    """What is there must not be passed over; what is not may come with a mount, or never."""
    return [] if os.path.lexists(place_of(path, root)) else ["optional"]


def place_of(path, root):
    """Of /proc and /sys the host's are looked at: the container's are not there yet."""
    return path if path.startswith(("/proc/", "/sys/")) else root + path


def seccomp_lines(container, name):
    seccomp = at(container.config, "linux/seccomp")
    if not seccomp:
        return []
    path = container.path("seccomp")
    with open(path, "w", encoding="utf-8") as file:
        file.write(policy(name, seccomp))
    return ["lxc.seccomp.profile = " + path]
