# SPDX-License-Identifier: Apache-2.0
"""Checks of what a container gets from podman and docker: users, files, limits, rights and names."""

import json
import pathlib

from cell import check_into
from commands import Detached, SPIN
from groups import group_file, is_v2

CAP_SYS_ADMIN = 21
CHECKS = []
check = check_into(CHECKS)


@check("environment")
def environment(engine):
    return ["two words", "yes"], engine.said("echo $CARGO; echo $FROM_IMAGE", "-e", "CARGO=two words").splitlines()


@check("user", short=True)
def user(engine):
    return ["1000:1000", "1000:0", "1000:1000:1000 1001"], [
        engine.said("echo $(id -u):$(id -g)", "--user", "sailor"), engine.said("echo $(id -u):$(id -g)", "--user", "1000:0"),
        engine.said("echo $(id -u):$(id -g):$(id -G)", "--user", "sailor")]


@check("more groups")
def more_groups(engine):
    return "0 1001 4711", engine.said("id -G", "--group-add", "deck", "--group-add", "4711").replace(" 10 ", " ")


@check("working folder")
def workdir(engine):
    return "/etc", engine.said("pwd", "-w", "/etc")


@check("read-only root")
def read_only_root(engine):
    seen = engine.run("touch /file || echo refused", "--read-only", "--tmpfs", "/scratch")
    return ("refused\n", True), (seen.out, "Read-only" in seen.err)


@check("volume", short=True)
def volume(engine):
    folder = engine.cell.work / "volume"
    folder.mkdir(exist_ok=True)
    engine.said("echo cargo > /hold/file", "-v", f"{folder}:/hold")
    seen = engine.said("cat /hold/file; touch /hold/other 2>&- || echo refused", "-v", f"{folder}:/hold:ro")
    return ("cargo\n", "cargo\nrefused"), ((folder / "file").read_text(), seen)


@check("tmpfs")
def tmpfs(engine):
    seen = engine.said("grep ' /scratch ' /proc/mounts | cut -d' ' -f3; dd if=/dev/zero of=/scratch/f bs=1k count=200"
                       " 2>&- || echo full; stat -c %a /scratch", "--tmpfs", "/scratch:size=64k,mode=1750,nosuid")
    return ["tmpfs", "full", "1750"], seen.splitlines()


@check("shared memory")
def shared_memory(engine):
    return "1024", engine.said("df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2", "--shm-size", "1m")


@check("masked paths")
def masked_paths(engine):
    seen = engine.said("wc -c < /proc/timer_list; touch /proc/sys/kernel/hostname 2>&- || echo refused;"
                       " ls /sys/firmware | wc -l")
    return ["0", "refused", "0"], seen.splitlines()


@check("memory limit")
def memory_limit(engine):
    with Detached(engine, SPIN, "--memory", "32m") as container:
        return str(32 << 20), group_file(engine.pid(container.name), "memory", "memory.limit_in_bytes", "memory.max")


@check("memory limit bites", short=True)
def memory_bites(engine):
    with Detached(engine, ["sh", "-c", "x=$(head -c 64m /dev/zero | tr '\\0' x); echo survived"], "--memory", "16m",
                  "--memory-swap", "16m") as container:
        return "137", container.ask("wait")


@check("death for want of memory")
def memory_death_is_known(engine):
    """A process of the container dies for want of memory, and the container some time later."""
    with Detached(engine, "sh -c 'x=$(head -c 64m /dev/zero | tr \"\\0\" x)'; echo $?; sleep 0.5", "--memory", "16m",
                  "--memory-swap", "16m") as container:
        container.ask("wait")
        if folder := engine.folder_of_notes(container.name):
            container.ask("start", folder=folder)
            container.ask("wait")
        return ("137", "true"), (container.ask("logs").splitlines()[-1], engine.inspect(container.name, "{{.State.OOMKilled}}"))


@check("pids limit")
def pids_limit(engine):
    with Detached(engine, SPIN, "--pids-limit", "20") as container:
        limit = group_file(engine.pid(container.name), "pids", "pids.max", "pids.max")
        # The shell says on its own that it cannot fork, and goes on.
        seen = container.exec("for i in $(seq 40); do sleep 3 & done")
        return ("20", True), (limit, "can't fork" in seen.err)


@check("cpu limit")
def cpu_limit(engine):
    with Detached(engine, SPIN, "--cpus", "0.5", "--cpuset-cpus", "0") as container:
        pid = engine.pid(container.name)
        seen = group_file(pid, "cpu", "cpu.cfs_quota_us", "cpu.max"), group_file(pid, "cpuset", "cpuset.cpus", "cpuset.cpus")
        return ("50000 100000" if is_v2() else "50000", "0"), seen


@check("cpu weight")
def cpu_weight(engine):
    with Detached(engine, SPIN, "--cpu-shares", "512") as container:
        return "20" if is_v2() else "512", group_file(engine.pid(container.name), "cpu", "cpu.shares", "cpu.weight")


@check("capabilities")
def capabilities(engine):
    script = "grep CapEff /proc/self/status | cut -f2"
    return ["0" * 16, "0" * 15 + "1"], [engine.said(script, "--cap-drop", "ALL"),
                                        engine.said(script, "--cap-drop", "ALL", "--cap-add", "CHOWN")]


@check("capabilities of a user")
def capability_of_user(engine):
    seen = engine.said("grep -E 'CapPrm|CapEff' /proc/self/status | cut -f2", "--user", "sailor")
    return ["0" * 16] * 2, seen.splitlines()


@check("seccomp")
def seccomp(engine):
    script = "grep ^Seccomp: /proc/self/status | cut -f2"
    profile = engine.cell.work / "profile.json"
    profile.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}))
    own = engine.run("mkdir /x", "--security-opt", f"seccomp={profile}")
    return ["2", "0", True], [engine.said(script), engine.said(script, "--security-opt", "seccomp=unconfined"),
                              "No space left" in own.err]


@check("no new privileges")
def no_new_privileges(engine):
    return "1", engine.said("grep ^NoNewPrivs /proc/self/status | cut -f2", "--security-opt", "no-new-privileges")


@check("hostname")
def hostname(engine):
    return "lighter", engine.said("hostname", "-h", "lighter")


@check("hosts")
def hosts(engine):
    return "198.51.100.7 quay", engine.said("grep quay /etc/hosts | tr '\\t' ' '", "--add-host", "quay:198.51.100.7")


@check("sysctl")
def sysctl(engine):
    return "4711", engine.said("cat /proc/sys/kernel/msgmax", "--sysctl", "kernel.msgmax=4711")


@check("resource limit")
def resource_limit(engine):
    return "512", engine.said("ulimit -n", "--ulimit", "nofile=512:512")


@check("device")
def device(engine):
    seen = engine.said("stat -c %t:%T /dev/mine; echo x > /dev/mine && echo written", "--device", "/dev/null:/dev/mine:rw")
    return ["1:3", "written"], seen.splitlines()


@check("tmpfs over a folder")
def tmpfs_over_a_folder(engine):
    return "700", engine.said("stat -c %a /root", "--tmpfs", "/root")


@check("cgroup namespace")
def cgroup_namespace(engine):
    seen = engine.said("cut -d: -f3 /proc/self/cgroup | sort -u; readlink /proc/self/ns/cgroup", "--cgroupns", "private")
    paths, own = seen.splitlines()[:-1], seen.splitlines()[-1]
    return (["/"], True), (paths, own != str(pathlib.Path("/proc/self/ns/cgroup").readlink()))


@check("all privileges", limit="the engine asks for capabilities that its caller lacks")
def whole_privilege(engine):
    seen = engine.said("grep CapBnd /proc/self/status | cut -f2; grep ^Seccomp: /proc/self/status | cut -f2;"
                       " touch /proc/sys/kernel/hostname && echo writable", "--privileged").splitlines()
    return [True, "0", "writable"], [int(seen[0], 16) >> CAP_SYS_ADMIN & 1 == 1, *seen[1:]]


@check("shared namespaces")
def shared_namespace(engine):
    with Detached(engine, SPIN, "--ipc", "shareable") as first:
        pid = engine.pid(first.name)
        wanted = [str(pathlib.Path(f"/proc/{pid}/ns/{name}").readlink()) for name in ("pid", "ipc")]
        with Detached(engine, SPIN, "--pid", f"container:{first.name}", "--ipc", f"container:{first.name}") as second:
            other = engine.pid(second.name)
            return wanted, [str(pathlib.Path(f"/proc/{other}/ns/{name}").readlink()) for name in ("pid", "ipc")]
