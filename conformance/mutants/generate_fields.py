#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes fields.json beside itself: a mutant per property of config.json (it is ignored) and per value in it (another one is
taken), from schema/oci-runtime/."""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parent.parent / "schema" / "oci-runtime"
# Other platforms, and what is no behaviour of a runtime on Linux.
SKIPPED = {"/solaris", "/windows", "/vm", "/zos", "/freebsd", "/process/commandLine",
           "/process/user/username", "/ociVersion"}
# Lists whose elements are chosen by one member: a mutant per value of it.
KEYED = {"/linux/namespaces": ("type", "cgroup ipc network pid time".split())}
# Without one of these the rest is illegal, or the probe gets no words: that is no behaviour but an error at once. Their values, or
# a mutation that leaves out what needs them as well, stand for them.
NEEDED = {
    "/root", "/linux", "/linux/namespaces", "/linux/uidMappings", "/linux/gidMappings", "/linux/devices/*/major", "/linux/devices/*/minor",
    "/linux/seccomp/listenerPath", "/mounts/*/type", "/mounts/*/uidMappings", "/mounts/*/gidMappings", "/process/args",
    "/process/terminal",
} | {f"/hooks/{kind}/*/args" for kind in ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")}
# Without these the document is not valid, so a runtime might refuse it: they get another value.
REPLACED = {
    "/process/cwd": "/",
    "/process/user/uid": 0,
    "/process/user/gid": 0,
    "/process/consoleSize/height": 1,
    "/process/consoleSize/width": 1,
    "/process/rlimits/*/soft": 16,
    "/process/rlimits/*/hard": 1048576,
    "/process/scheduler/policy": "SCHED_OTHER",
    "/process/ioPriority/class": "IOPRIO_CLASS_BE",
    "/process/ioPriority/priority": 4,
    "/linux/personality/domain": "LINUX",
    "/linux/seccomp/defaultAction": "SCMP_ACT_ALLOW",
    "/linux/seccomp/syscalls/*/action": "SCMP_ACT_ALLOW",
    "/linux/memoryPolicy/mode": "MPOL_DEFAULT",
    "/linux/resources/devices/*/allow": True,
}
# Options are words of one list in the schema; each is a behaviour of its own.
MOUNT_OPTIONS = """async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev
    nodiratime noexec noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow private rbind
    rdev rdiratime relatime remount rexec rnoatime rnodev rnodiratime rnoexec rnorelatime rnostrictatime
    rnosuid rnosymfollow ro rprivate rrelatime rro rrw rshared rslave rstrictatime rsuid rsymfollow runbindable
    rw shared silent slave strictatime suid symfollow sync tmpcopyup unbindable idmap ridmap""".split()
# A wrong one of these is no other behaviour but an error at once, or means what a field above means already.
VALUES_SKIPPED = {
    "/root/path", "/mounts/*/source", "/mounts/*/type", "/mounts/*/options/*", "/linux/namespaces/*/type",
    "/linux/namespaces/*/path", "/linux/personality/flags/*", "/linux/memoryPolicy/nodes", "/linux/seccomp/listenerPath",
    "/process/args/*", "/process/terminal", "/linux/resources/cpu/mems",
    "/linux/seccomp/architectures/*", "/linux/seccomp/flags/*", "/linux/resources/devices/*/type", "/linux/devices/*/type",
} | {f"/hooks/{kind}/*/{name}" for name in ("path", "args/*")
     for kind in ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop")}
# The word by which a hook of the cases is known in the log.
EXTRA_VALUES = [f"/hooks/{kind}/*/args/{{a}}" for kind in ("prestart", "createRuntime", "createContainer", "startContainer",
                                                           "poststart", "poststop")]
# What a text is taken for, where its neighbour would be an error.
CAPABILITIES = ["CAP_WAKE_ALARM", "CAP_SYSLOG"]
CHOICES = {
    "/process/cwd": ["/", "/tmp"],
    "/process/rlimits/*/type": ["RLIMIT_SIGPENDING", "RLIMIT_MSGQUEUE"],
    "/process/scheduler/policy": ["SCHED_BATCH", "SCHED_OTHER"],
    "/process/execCPUAffinity/initial": ["0", "1"],
    "/process/execCPUAffinity/final": ["0", "1"],
    "/linux/seccomp/defaultAction": ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"],
    "/linux/seccomp/syscalls/*/action": ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"],
    "/linux/seccomp/syscalls/*/names/*": ["getppid", "getuid"],
    "/linux/resources/cpu/cpus": ["0", "1"],
    "/linux/resources/cpu/idle": [0, 1],
    "/linux/resources/devices/*/access": ["r", "rwm"],
    "/linux/resources/hugepageLimits/*/pageSize": ["2MB", "1GB"],
    "/linux/resources/unified/*": ["max", "12345678"],
    "/linux/sysctl/*": ["1", "0"],
    "/linux/memoryPolicy/mode": ["MPOL_LOCAL", "MPOL_DEFAULT"],
} | {f"/hooks/{kind}/*/timeout": [3600] for kind in ("prestart", "createRuntime", "createContainer", "startContainer", "poststart",
                                                     "poststop")
} | {f"/process/capabilities/{name}/*": CAPABILITIES for name in ("ambient", "bounding", "effective", "inheritable", "permitted")}


def resolve(schema, file):
    """Follows $ref; returns the schema and the file that it stands in."""
    while "$ref" in schema:
        name, _, pointer = schema["$ref"].partition("#")
        file = name or file
        schema = json.loads((SCHEMAS / file).read_text())
        for token in filter(None, pointer.split("/")):
            schema = schema[token]
    return schema, file


def walk(schema, file, place, required, fields):
    if place in SKIPPED:
        return
    schema, file = resolve(schema, file)
    if place in REPLACED:
        fields.append({"pointer": place, "value": REPLACED[place]})
    elif place and place not in NEEDED and not required and not place.endswith(("*", "}")):
        fields.append({"pointer": place})
    for name, member in sorted(schema.get("properties", {}).items()):
        walk(member, file, f"{place}/{name}", name in schema.get("required", []), fields)
    if "items" not in schema:
        return
    if place in KEYED:
        key, values = KEYED[place]
        fields += [{"pointer": f"{place}/{{{key}={value}}}"} for value in values]
    walk(schema["items"], file, f"{place}/*", True, fields)


def walk_values(schema, file, place, values):
    """A row per place that holds a number, a flag or a text; where the schema lists what it may be, with that list."""
    if place in SKIPPED | VALUES_SKIPPED:
        return
    schema, file = resolve(schema, file)
    branches = [resolve(branch, file)[0] for branch in schema.get("anyOf", [])]
    choices = CHOICES.get(place) or schema.get("enum") or [choice for branch in branches for choice in branch.get("enum", [])]
    if choices:
        values.append({"pointer": place, "choices": choices})
    elif schema.get("type") in ("integer", "number", "boolean", "string") or branches:
        values.append({"pointer": place})
    for name, member in sorted(schema.get("properties", {}).items()):
        walk_values(member, file, f"{place}/{name}", values)
    for members in ("items", "additionalProperties"):
        if isinstance(schema.get(members), dict):
            walk_values(schema[members], file, f"{place}/*", values)


def main():
    fields = []
    values = []
    walk({"$ref": "config.json"}, "config.json", "", True, fields)
    walk_values({"$ref": "config.json"}, "config.json", "", values)
    values += [{"pointer": place} for place in EXTRA_VALUES]
    values.sort(key=lambda value: value["pointer"])
    fields += [{"pointer": f"/mounts/*/options/{{{option}}}"} for option in MOUNT_OPTIONS]
    fields.sort(key=lambda field: field["pointer"])
    def table(rows):
        return "[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]"

    text = f'{{"schemaVersion": 1, "fields": {table(fields)}, "values": {table(values)}}}\n'
    path = HERE / "fields.json"
    if sys.argv[1:] == ["--check"]:
        return path.read_text() != text
    path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
