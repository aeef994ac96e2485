#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long the runtime takes and what it costs, against the runtimes that are installed; prints ratios, and counts beside times.

Usage: bench.py [RUNTIME] [ROUNDS] (default: build/release/bin/loadline-runtime, 30). Needs root and gcc; crun, runc, bwrap, strace
where they are. Runs in a private mount namespace without the empty cgroup2 mount, the view in which crun 1.8 agrees to run. Every
round runs everybody once, in an order of chance, so that a change of the machine's load meets all alike; ratios are medians over
the rounds of what one round gave. Before each there is a pause in which the kernel comes to rest. What is measured without one is
called busy: a runtime that moves a process into groups waits for the kernel's readers then only if nobody did so a moment ago, and
each is helped or held up by what its predecessor left to be cleaned up.
"""

import json
import os
import pathlib
import random
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAMS = {"true": "int main(void) { return 0; }", "pause": "#include <unistd.h>\nint main(void) { for (;;) pause(); }"}
SMALL_LIMITS = [256 << 10, 512 << 10, 1 << 20, 2 << 20, 3 << 20, 4 << 20, 6 << 20, 8 << 20, 16 << 20]
AT_ONCE = 100
PAUSE = 0.1  # seconds


def quietly(command, **more):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60, **more).returncode


def spawn(command):
    words = [str(word) for word in command]
    return os.posix_spawnp(words[0], words, os.environ, file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
                                                                      (os.POSIX_SPAWN_DUP2, 1, 2)])


def timed(*commands):
    """Seconds until all have ended. Not by subprocess, which with a time limit looks for the end after 0.5, 1.5, 3.5, 7.5 ... ms."""
    begin = time.perf_counter()
    for command in commands:
        if os.waitpid(spawn(command), 0)[1] != 0:
            raise RuntimeError(f"{' '.join(map(str, command))} failed")
    return time.perf_counter() - begin


class Bundle:
    """A container of a static program; `change` edits its config.json."""

    def __init__(self, runtime, folder, name, program, change=lambda config: None):
        self.path = folder / name
        (self.path / "rootfs" / "bin").mkdir(parents=True)
        for source, code in PROGRAMS.items():
            subprocess.run(["gcc", "-O1", "-static", "-x", "c", "-o", self.path / "rootfs" / "bin" / source, "-"],
                           input=code.encode(), check=True)
        subprocess.run([runtime, "spec", "--bundle", self.path], check=True)
        config = json.loads((self.path / "config.json").read_text())
        # In the version that the oldest honours, and without what this machine may not raise.
        config["ociVersion"] = "1.0.2"
        config["process"]["terminal"] = False
        config["process"]["args"] = [f"/bin/{program}"]
        del config["process"]["rlimits"]
        config["linux"]["cgroupsPath"] = "/loadline-bench"
        change(config)
        self.config = config
        self.write()

    def write(self):
        (self.path / "config.json").write_text(json.dumps(self.config))


def long_profile(config):
    names = sorted(set(re.findall(r"__NR_(\w+)", pathlib.Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h").read_text())))
    config["linux"]["seccomp"] = {"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_X86_64"],
                                  "syscalls": [{"names": names, "action": "SCMP_ACT_ALLOW"}]}


def rounds(contestants, count, pause=PAUSE):
    """The seconds of each contestant ({name: function}), a list each."""
    taken = {name: [] for name in contestants}
    order = list(contestants)
    for _ in range(count):
        random.shuffle(order)
        for name in order:
            time.sleep(pause)
            taken[name].append(contestants[name]())
    return taken


def print_times(title, taken, own):
    print(f"\n{title}")
    for name, seconds in sorted(taken.items(), key=lambda entry: statistics.median(entry[1])):
        ratio = statistics.median(mine / theirs for mine, theirs in zip(taken[own], seconds))
        print(f"  {name:18} median {statistics.median(seconds) * 1000:7.2f} ms" +
              ("" if name == own else f"   {own} takes {ratio:.2f} of it"))


def counts(command):
    """System calls, processes and execs of a command and its children."""
    with tempfile.NamedTemporaryFile(mode="r") as log:
        quietly(["strace", "-f", "-qq", "-o", log.name, *command])
        lines = [line.split(" ", 1)[1].lstrip() for line in log]
    calls = [line for line in lines if not line.startswith(("<...", "+++", "---"))]
    done = [line for line in calls if "= -1 " not in line]
    return {"system calls": len(calls), "execs": sum(line.startswith(("execve(", "execveat(")) for line in done),
            "processes": 1 + sum(line.startswith(("clone", "fork", "vfork")) for line in done)}


def faults(command):
    return os.wait4(spawn(command), 0)[2].ru_minflt


def host_mount_events(command):
    """How often the mounts of this namespace changed meanwhile."""
    with open("/proc/self/mountinfo", encoding="ascii") as mounts:
        poll = select.poll()
        poll.register(mounts, select.POLLPRI)
        poll.poll(0)
        mounts.read()
        quietly(command)
        return len(poll.poll(0))


def smallest_limit(command, bundle):
    for limit in SMALL_LIMITS:
        bundle.config["linux"]["resources"] = {"memory": {"limit": limit}}
        bundle.write()
        if quietly(command("run", bundle)) == 0:
            return f"{limit >> 10} KiB"
        quietly(command("delete", None, "--force"))
    return "more"


def all_at_once(command, bundle):
    begin = time.perf_counter()
    started = [spawn(command("create", bundle, name=f"bench{number}")) for number in range(AT_ONCE)]
    failed = sum(os.waitpid(pid, 0)[1] != 0 for pid in started)
    taken = time.perf_counter() - begin
    for number in range(AT_ONCE):
        quietly(command("delete", None, "--force", name=f"bench{number}"))
    if failed:
        raise RuntimeError(f"{failed} of {AT_ONCE} were not created")
    return taken


def resident_of_waiting(command, bundle, folder):
    quietly(command("create", bundle, "--pid-file", str(folder / "pid")))
    status = pathlib.Path(f"/proc/{(folder / 'pid').read_text()}/status").read_text()
    quietly(command("delete", None, "--force"))
    return re.search(r"VmRSS:\s+(\d+)", status).group(1) + " KiB"


def commands_of(program, folder):
    def command(verb, bundle, *options, name="bench"):
        words = [program, "--root", str(folder / "state"), verb, *options]
        return words + (["--bundle", str(bundle.path)] if bundle else []) + [name]
    return command


def bench(own, count, folder):
    runtimes = {pathlib.Path(own).name: own}
    runtimes |= {name: shutil.which(name) for name in ("crun", "runc") if shutil.which(name)}
    own_name = next(iter(runtimes))
    commands = {name: commands_of(path, folder) for name, path in runtimes.items()}
    plain = Bundle(own, folder, "plain", "true")
    waiting = Bundle(own, folder, "waiting", "pause")
    filtered = Bundle(own, folder, "filtered", "true", long_profile)

    runs = {name: lambda c=c: timed(c("run", plain)) for name, c in commands.items()}
    if shutil.which("bwrap"):
        runs["bwrap"] = lambda: timed(["bwrap", "--bind", str(plain.path / "rootfs"), "/", "--unshare-all", "--proc", "/proc", "--dev",
                                       "/dev", "--tmpfs", "/dev/shm", "/bin/true"])
    for run in runs.values():
        run()
    print_times("run of a static program that does nothing", rounds(runs, count), own_name)
    for name, command in commands.items():
        line = counts(command("run", plain)) if shutil.which("strace") else {}
        line |= {"page faults": faults(command("run", plain)), "mount events here": host_mount_events(command("run", plain))}
        print(f"  {name:18} " + ", ".join(f"{value} {key}" for key, value in line.items()))
    print_times("the same, busy", rounds(runs, count, pause=0), own_name)

    print_times("create, start, delete", rounds(
        {name: lambda c=c: timed(c("create", waiting), c("start", None), c("delete", None, "--force"))
         for name, c in commands.items()}, count), own_name)
    for command in commands.values():
        quietly(command("run", filtered))
    print_times("run with a seccomp profile of every name, not for the first time", rounds(
        {name: lambda c=c: timed(c("run", filtered)) for name, c in commands.items()}, count), own_name)
    for name, command in commands.items():
        quietly(command("run", waiting, "--detach", name=f"of-{name}"))
    execs = {name: lambda c=c, n=name: timed(c("exec", None, name=f"of-{n}") + ["/bin/true"]) for name, c in commands.items()}
    print_times("exec of it in a running container", rounds(execs, count), own_name)
    print_times("the same, busy", rounds(execs, count, pause=0), own_name)
    for name, command in commands.items():
        quietly(command("delete", None, "--force", name=f"of-{name}"))
    print_times(f"{AT_ONCE} containers created at once", rounds(
        {name: lambda c=c: all_at_once(c, waiting) for name, c in commands.items()}, max(1, count // 3)), own_name)
    print("\nmemory")
    for name, command in commands.items():
        print(f"  {name:18} waits with {resident_of_waiting(command, waiting, folder)}; smallest limit that it runs in: "
              f"{smallest_limit(command, plain)}")


def main():
    own = os.path.realpath(sys.argv[1] if len(sys.argv) > 1 else "build/release/bin/loadline-runtime")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    if os.environ.get("LOADLINE_BENCH") != "inside":
        words = ["unshare", "-m", "--propagation", "private", sys.executable, os.path.abspath(__file__), own, str(count)]
        os.execvpe("unshare", words, {**os.environ, "LOADLINE_BENCH": "inside"})
    quietly(["umount", "/sys/fs/cgroup/unified"])
    quietly(["mount", "-t", "tmpfs", "tmpfs", "/sys/fs/cgroup/unified"])  # crun's folders would stay below the host's mount
    with tempfile.TemporaryDirectory(prefix="loadline-bench-", dir="/run") as name:
        # As /run is on most hosts; where it is a disk, everybody would wait for that.
        quietly(["mount", "-t", "tmpfs", "tmpfs", name])
        try:
            bench(own, count, pathlib.Path(name))
        finally:
            quietly(["umount", "--lazy", name])
    return 0


if __name__ == "__main__":
    sys.exit(main())
