# SPDX-License-Identifier: Apache-2.0
"""linux.seccomp as a policy of LXC (version 2: lines of a call and an action)."""
from oci.configuration import cannot

# What LXC calls an action; the first two of what stands here can be the default.
WORDS = {"SCMP_ACT_ALLOW": "allow", "SCMP_ACT_KILL": "kill", "SCMP_ACT_KILL_PROCESS": "kill",
         "SCMP_ACT_KILL_THREAD": "kill", "SCMP_ACT_TRAP": "trap"}
EPERM = 1


def action_of(name, action, number):
    if action == "SCMP_ACT_ERRNO":
        return f"errno {EPERM if number is None else number}"
    if action not in WORDS:
        raise cannot(name, "/linux/seccomp", f"action {action}")
    return WORDS[action]


def policy(name, seccomp):
    for key in ("flags", "listenerPath", "listenerMetadata"):
        if seccomp.get(key):
            raise cannot(name, f"/linux/seccomp/{key}")
    default = action_of(name, seccomp["defaultAction"], seccomp.get("defaultErrnoRet"))
    lines = ["2", "denylist" if default == "allow" else f"allowlist {default}", "[all]"]
    for rule in seccomp.get("syscalls") or []:
        if rule.get("args"):
            raise cannot(name, "/linux/seccomp/syscalls", "arguments of calls")
        action = action_of(name, rule["action"], rule.get("errnoRet"))
        lines += [f"{call} {action}" for call in rule["names"]]
    return "\n".join(lines) + "\n"
