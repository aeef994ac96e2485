# SPDX-License-Identifier: Apache-2.0
"""linux.resources as files of control groups, for systems that take those by name."""
import os

from oci.configuration import at
from oci.failure import Failure

# Pointer below linux.resources, file of v1, file of v2 (nothing: there is none, or it is computed
# below). What the kernel wants first stands first.
NUMBERS = (
    ("memory/limit", "memory.limit_in_bytes", "memory.max"),
    ("memory/swap", "memory.memsw.limit_in_bytes", None),
    ("memory/reservation", "memory.soft_limit_in_bytes", "memory.low"),
    ("memory/kernelTCP", "memory.kmem.tcp.limit_in_bytes", None),
    ("memory/swappiness", "memory.swappiness", None),
    ("cpu/shares", "cpu.shares", None),
    ("cpu/period", "cpu.cfs_period_us", None),
    ("cpu/quota", "cpu.cfs_quota_us", None),
    ("cpu/burst", "cpu.cfs_burst_us", "cpu.max.burst"),
    ("cpu/realtimePeriod", "cpu.rt_period_us", None),
    ("cpu/realtimeRuntime", "cpu.rt_runtime_us", None),
    ("cpu/idle", "cpu.idle", "cpu.idle"),
    ("cpu/cpus", "cpuset.cpus", "cpuset.cpus"),
    ("cpu/mems", "cpuset.mems", "cpuset.mems"),
    ("pids/limit", "pids.max", "pids.max"),
    ("network/classID", "net_cls.classid", None),
    ("blockIO/weight", "blkio.bfq.weight", "io.bfq.weight"),
)
THROTTLES = (
    ("blockIO/throttleReadBpsDevice", "blkio.throttle.read_bps_device", "rbps"),
    ("blockIO/throttleWriteBpsDevice", "blkio.throttle.write_bps_device", "wbps"),
    ("blockIO/throttleReadIOPSDevice", "blkio.throttle.read_iops_device", "riops"),
    ("blockIO/throttleWriteIOPSDevice", "blkio.throttle.write_iops_device", "wiops"),
)
UNLIMITED = "max"
# What no file says is refused; memory/useHierarchy and checkBeforeUpdate ask for what is so anyway.
KNOWN = {pointer for pointer, *_ in NUMBERS + THROTTLES} | {
    "memory/disableOOMKiller", "memory/useHierarchy", "memory/checkBeforeUpdate",
    "network/priorities"}


def unknown_to_files(resources):
    """The first member of resources that files_of() would pass over."""
    for area in ("memory", "cpu", "pids", "blockIO", "network"):
        for key, value in (resources.get(area) or {}).items():
            if value is not None and f"{area}/{key}" not in KNOWN:
                return f"{area}/{key}"
    return None


def is_v2():
    return os.path.exists("/sys/fs/cgroup/cgroup.controllers")


def files_of(resources):
    """Pairs of file and value, in the order in which they have to be written."""
    v2 = is_v2()
    pairs = []
    for pointer, v1_file, v2_file in NUMBERS:
        value = at(resources, pointer)
        name = v2_file if v2 else v1_file
        if value is None or (v2 and name is None):
            continue
        if value == -1 and (v2 or name == "pids.max"):
            value = UNLIMITED
        pairs.append((name, str(value)))
    pairs += v2_computed(resources) if v2 else v1_only(resources)
    for entry in resources.get("hugepageLimits") or []:
        name = f"hugetlb.{entry['pageSize']}." + ("max" if v2 else "limit_in_bytes")
        pairs.append((name, str(entry["limit"])))
    for device, limits in (resources.get("rdma") or {}).items():
        words = [f"hca_handle={limits.get('hcaHandles', UNLIMITED)}",
                 f"hca_object={limits.get('hcaObjects', UNLIMITED)}"]
        pairs.append(("rdma.max", " ".join([device] + words)))
    if resources.get("unified"):
        if not v2:
            raise Failure("/linux/resources/unified needs control groups of version 2")
        pairs += list(resources["unified"].items())
    return pairs


def v1_only(resources):
    pairs = []
    if at(resources, "memory/disableOOMKiller") is True:
        pairs.append(("memory.oom_control", "1"))
    for entry in at(resources, "network/priorities", []):
        pairs.append(("net_prio.ifpriomap", f"{entry['name']} {entry['priority']}"))
    for pointer, name, _ in THROTTLES:
        for entry in at(resources, pointer, []):
            pairs.append((name, f"{entry['major']}:{entry['minor']} {entry['rate']}"))
    return pairs


def v2_computed(resources):
    """What v2 words otherwise."""
    pairs = []
    shares = at(resources, "cpu/shares")
    if shares:
        # The conversion that runtimes agree on: [2, 262144] onto [1, 10000].
        pairs.append(("cpu.weight", str(1 + (shares - 2) * 9999 // 262142)))
    quota, period = at(resources, "cpu/quota"), at(resources, "cpu/period")
    if quota is not None or period is not None:
        limit = UNLIMITED if quota is None or quota < 0 else quota
        pairs.append(("cpu.max", f"{limit} {period or 100000}"))
    swap, limit = at(resources, "memory/swap"), at(resources, "memory/limit", 0)
    if swap is not None:
        pairs.append(("memory.swap.max", UNLIMITED if swap < 0 else str(swap - limit)))
    for pointer, _, key in THROTTLES:
        for entry in at(resources, pointer, []):
            pairs.append(("io.max", f"{entry['major']}:{entry['minor']} {key}={entry['rate']}"))
    return pairs


def device_rules(resources):
    """Pairs of "allow" or "deny" and a rule as the kernel of v1 reads it."""
    rules = []
    for entry in resources.get("devices") or []:
        kind = entry.get("type") or "a"
        numbers = ["*" if entry.get(key) in (None, -1) else str(entry[key])
                   for key in ("major", "minor")]
        rule = f"{kind} {':'.join(numbers)} {entry.get('access') or 'rwm'}"
        rules.append(("allow" if entry.get("allow") else "deny", rule))
    return rules


def hierarchies():
    """Where the controllers are mounted, by name; of v2 by the empty name."""
    mounts = {}
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            before, after = line.split(" - ", 1)
            kind, _, options = after.split()[:3]
            place = before.split()[4]
            if kind == "cgroup2":
                mounts.setdefault("", place)
            elif kind == "cgroup":
                for name in options.split(","):
                    mounts.setdefault(name, place)
    return mounts
