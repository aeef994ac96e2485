# SPDX-License-Identifier: Apache-2.0
"""The checks of podman and docker, whose command lines are one for what they share."""

import json
import pathlib
import time

from cell import IMAGE, SIZE, Check, group_file, is_v2, make_build_folder, run, run_on_terminal, wait_until

SPIN = "trap 'exit 3' TERM; while :; do sleep 0.1; done"
CAP_SYS_ADMIN = 21
STUBBORN = "trap '' TERM; while :; do sleep 0.1; done"
COUNTER = "trap exit TERM; while :; do echo x >> /count; sleep 0.02; done"


class Engine:
    """An engine for one runtime: COMMAND up to the verb, and options that every container of the test gets."""

    missing_in_exec = 127  # the status of `exec` of a program that is not there
    build_options = ()
    at_once = ()  # what makes `rm -f` kill without asking first

    def __init__(self, cell, runtime, command, run_options):
        self.cell, self.runtime, self.command, self.run_options = cell, runtime, command, run_options
        self.count = 0

    def call(self, *words, **how):
        return run([*self.command, *words], **how)

    def ask(self, *words, **how):
        return self.call(*words, **how).succeed()

    def words_of_run(self, options, script):
        words = script if isinstance(script, list) else ["sh", "-c", script]
        return ["run", *self.run_options, *options, IMAGE, *words]

    def run(self, script, *options, **how):
        """A container that is removed when it ends."""
        return self.call(*self.words_of_run(["--rm", *options], script), **how)

    def said(self, script, *options, **how):
        return self.run(script, *options, **how).succeed()

    def inspect(self, name, form):
        return self.ask("inspect", "--format", form, name)

    def pid(self, name):
        return self.inspect(name, "{{.State.Pid}}")

    def close(self):
        pass


class Detached:
    """A container in the background that is removed at the end of the block."""

    def __init__(self, engine, script, *options):
        engine.count += 1
        self.engine, self.name = engine, f"c{engine.count}-{pathlib.Path(engine.runtime).name}"
        self.words = engine.words_of_run(["-d", "--name", self.name, *options], script)

    def __enter__(self):
        run([*self.engine.command, *self.words]).succeed()
        return self

    def __exit__(self, *_):
        self.engine.call("rm", "-f", *self.engine.at_once, self.name)

    def ask(self, verb, *words, **how):
        return self.engine.ask(*verb.split(), *words, self.name, **how)

    def status(self):
        return self.engine.inspect(self.name, "{{.State.Status}}")

    def exec(self, script, *options):
        return self.engine.call("exec", *options, self.name, "sh", "-c", script)


def exit_status(engine):
    return 7, engine.run("exit 7").status


def output(engine):
    ran = engine.run("echo out; echo err >&2")
    return ("out\n", "err\n", 0), (ran.out, ran.err, ran.status)


def standard_input(engine):
    return "HELLO", engine.said("tr a-z A-Z", "-i", text="hello")


def missing_program(engine):
    return (127, 126), (engine.run(["/bin/no-such-program"]).status, engine.run(["/etc/passwd"]).status)


def killed_by_itself(engine):
    return 128 + 6, engine.run("sh -c 'kill -6 $$'; exit $?").status


def environment(engine):
    return ["two words", "yes"], engine.said("echo $CARGO; echo $FROM_IMAGE", "-e", "CARGO=two words").splitlines()


def user(engine):
    return ["1000:1000", "1000:0", "1000:1000:1000 1001"], [
        engine.said("echo $(id -u):$(id -g)", "--user", "sailor"), engine.said("echo $(id -u):$(id -g)", "--user", "1000:0"),
        engine.said("echo $(id -u):$(id -g):$(id -G)", "--user", "sailor")]


def more_groups(engine):
    return "0 1001 4711", engine.said("id -G", "--group-add", "deck", "--group-add", "4711").replace(" 10 ", " ")


def workdir(engine):
    return "/etc", engine.said("pwd", "-w", "/etc")


def read_only_root(engine):
    seen = engine.run("touch /file || echo refused", "--read-only", "--tmpfs", "/scratch")
    return ("refused\n", True), (seen.out, "Read-only" in seen.err)


def volume(engine):
    folder = engine.cell.work / "volume"
    folder.mkdir(exist_ok=True)
    engine.said("echo cargo > /hold/file", "-v", f"{folder}:/hold")
    seen = engine.said("cat /hold/file; touch /hold/other 2>&- || echo refused", "-v", f"{folder}:/hold:ro")
    return ("cargo\n", "cargo\nrefused"), ((folder / "file").read_text(), seen)


def tmpfs(engine):
    seen = engine.said("grep ' /scratch ' /proc/mounts | cut -d' ' -f3; dd if=/dev/zero of=/scratch/f bs=1k count=200 2>&- ||"
                       " echo full; stat -c %a /scratch", "--tmpfs", "/scratch:size=64k,mode=1750,nosuid")
    return ["tmpfs", "full", "1750"], seen.splitlines()


def shared_memory(engine):
    return "1024", engine.said("df -k /dev/shm | tail -1 | tr -s ' ' | cut -d' ' -f2", "--shm-size", "1m")


def masked_paths(engine):
    seen = engine.said("wc -c < /proc/timer_list; touch /proc/sys/kernel/hostname 2>&- || echo refused; ls /sys/firmware | wc -l")
    return ["0", "refused", "0"], seen.splitlines()


def memory_limit(engine):
    with Detached(engine, SPIN, "--memory", "32m") as container:
        return str(32 << 20), group_file(engine.pid(container.name), "memory", "memory.limit_in_bytes", "memory.max")


def memory_bites(engine):
    with Detached(engine, ["sh", "-c", "x=$(head -c 64m /dev/zero | tr '\\0' x); echo survived"], "--memory", "16m",
                  "--memory-swap", "16m") as container:
        return "137", container.ask("wait")


def memory_death_is_known(engine):
    """A process of the container dies for want of memory, and the container some time later."""
    with Detached(engine, "sh -c 'x=$(head -c 64m /dev/zero | tr \"\\0\" x)'; echo $?; sleep 0.5", "--memory", "16m",
                  "--memory-swap", "16m") as container:
        container.ask("wait")
        return ("137", "true"), (container.ask("logs"), engine.inspect(container.name, "{{.State.OOMKilled}}"))


def pids_limit(engine):
    with Detached(engine, SPIN, "--pids-limit", "20") as container:
        limit = group_file(engine.pid(container.name), "pids", "pids.max", "pids.max")
        # The shell says on its own that it cannot fork, and goes on.
        seen = container.exec("for i in $(seq 40); do sleep 3 & done")
        return ("20", True), (limit, "can't fork" in seen.err)


def cpu_limit(engine):
    with Detached(engine, SPIN, "--cpus", "0.5", "--cpuset-cpus", "0") as container:
        pid = engine.pid(container.name)
        seen = group_file(pid, "cpu", "cpu.cfs_quota_us", "cpu.max"), group_file(pid, "cpuset", "cpuset.cpus", "cpuset.cpus")
        return ("50000 100000" if is_v2() else "50000", "0"), seen


def cpu_weight(engine):
    with Detached(engine, SPIN, "--cpu-shares", "512") as container:
        return "20" if is_v2() else "512", group_file(engine.pid(container.name), "cpu", "cpu.shares", "cpu.weight")


def capabilities(engine):
    script = "grep CapEff /proc/self/status | cut -f2"
    return ["0" * 16, "0" * 15 + "1"], [engine.said(script, "--cap-drop", "ALL"),
                                        engine.said(script, "--cap-drop", "ALL", "--cap-add", "CHOWN")]


def capability_of_user(engine):
    seen = engine.said("grep -E 'CapPrm|CapEff' /proc/self/status | cut -f2", "--user", "sailor")
    return ["0" * 16] * 2, seen.splitlines()


def seccomp(engine):
    script = "grep ^Seccomp: /proc/self/status | cut -f2"
    profile = engine.cell.work / "profile.json"
    profile.write_text(json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
        {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 28}]}))
    own = engine.run("mkdir /x", "--security-opt", f"seccomp={profile}")
    return ["2", "0", True], [engine.said(script), engine.said(script, "--security-opt", "seccomp=unconfined"),
                              "No space left" in own.err]


def no_new_privileges(engine):
    return "1", engine.said("grep ^NoNewPrivs /proc/self/status | cut -f2", "--security-opt", "no-new-privileges")


def hostname(engine):
    return "lighter", engine.said("hostname", "-h", "lighter")


def hosts(engine):
    return "198.51.100.7 quay", engine.said("grep quay /etc/hosts | tr '\\t' ' '", "--add-host", "quay:198.51.100.7")


def sysctl(engine):
    return "4711", engine.said("cat /proc/sys/kernel/msgmax", "--sysctl", "kernel.msgmax=4711")


def resource_limit(engine):
    return "512", engine.said("ulimit -n", "--ulimit", "nofile=512:512")


def device(engine):
    seen = engine.said("stat -c %t:%T /dev/mine; echo x > /dev/mine && echo written", "--device", "/dev/null:/dev/mine:rw")
    return ["1:3", "written"], seen.splitlines()


def terminal(engine):
    ran = run_on_terminal([*engine.command, *engine.words_of_run(["--rm", "-it"], f"tty; {SIZE}; test -t 2 && exit 5")])
    return (["/dev/pts/0", "33 77"], 5), (ran.out.split("\n")[:2], ran.status)


def detached_logs(engine):
    with Detached(engine, "echo one; echo two >&2; exit 6") as container:
        status = container.ask("wait")
        logs = engine.call("logs", container.name)
        return ("6", "one\n", "two\n", "exited", "6"), (status, logs.out, logs.err, container.status(),
                                                        engine.inspect(container.name, "{{.State.ExitCode}}"))


def create_and_start(engine):
    name = "created"
    try:
        words = engine.words_of_run(["--name", name], "echo started; exit 4")
        engine.ask("create", *words[1:])
        before = engine.inspect(name, "{{.State.Status}}")
        ran = engine.call("start", "-a", name)
        return ("created", "started\n", 4), (before, ran.out, ran.status)
    finally:
        engine.call("rm", "-f", name)


def exec_status(engine):
    with Detached(engine, SPIN) as container:
        ran = container.exec("echo inside; exit 9")
        missing = engine.call("exec", container.name, "/no-such-program").status
        return (9, "inside\n", engine.missing_in_exec), (ran.status, ran.out, missing)


def exec_options(engine):
    with Detached(engine, SPIN) as container:
        ran = container.exec("id -u; pwd; echo $CARGO", "-u", "sailor", "-w", "/tmp", "-e", "CARGO=tea")
        return (["1000", "/tmp", "tea"], 0), (ran.out.splitlines(), ran.status)


def exec_input(engine):
    with Detached(engine, SPIN) as container:
        return "HELLO", engine.ask("exec", "-i", container.name, "tr", "a-z", "A-Z", text="hello")


def exec_terminal(engine):
    with Detached(engine, SPIN) as container:
        ran = run_on_terminal([*engine.command, "exec", "-it", container.name, "sh", "-c", f"{SIZE}; exit 8"])
        return ("33 77", 8), (ran.out.strip(), ran.status)


def exec_detached(engine):
    with Detached(engine, SPIN) as container:
        engine.ask("exec", "-d", container.name, "sh", "-c", "echo done > /file")
        seen = wait_until(lambda: container.exec("cat /file 2>&-").out)
        return "done\n", seen


def exec_limits(engine):
    """A process that joins is under the container's limits and filter."""
    with Detached(engine, SPIN, "--cap-drop", "ALL", "--memory", "32m") as container:
        ran = container.exec("grep -E '^(CapEff|Seccomp):' /proc/self/status | cut -f2; grep -c . /proc/1/cgroup;"
                             " cmp -s /proc/1/cgroup /proc/self/cgroup && echo same")
        lines = ran.out.splitlines()
        return ["0" * 16, "2", "same"], lines[:2] + lines[3:]


def kill_signal(engine):
    with Detached(engine, "trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.1; done") as container:
        wait_until(lambda: "ready" in engine.call("logs", container.name).out)
        container.ask("kill -s USR1")
        return ("5", "ready\ngot\n"), (container.ask("wait"), engine.call("logs", container.name).out)


def kill_nine(engine):
    with Detached(engine, STUBBORN) as container:
        container.ask("kill")
        return ("137", "exited"), (container.ask("wait"), container.status())


def stop_gently(engine):
    with Detached(engine, "trap 'echo got; exit 3' TERM; echo ready; while :; do sleep 0.1; done") as container:
        wait_until(lambda: "ready" in engine.call("logs", container.name).out)
        container.ask("stop -t 10")
        return ("3", "exited", "ready\ngot\n"), (engine.inspect(container.name, "{{.State.ExitCode}}"), container.status(),
                                                 engine.call("logs", container.name).out)


def stop_by_force(engine):
    with Detached(engine, STUBBORN) as container:
        container.ask("stop -t 1")
        return ("137", "exited"), (engine.inspect(container.name, "{{.State.ExitCode}}"), container.status())


def pause(engine):
    with Detached(engine, COUNTER) as container:
        container.ask("pause")
        pid, status = engine.pid(container.name), container.status()
        count = pathlib.Path(f"/proc/{pid}/root/count")
        first = count.stat().st_size if count.exists() else 0
        time.sleep(0.3)
        second = count.stat().st_size if count.exists() else 0
        container.ask("unpause")
        goes_on = wait_until(lambda: count.exists() and count.stat().st_size > second)
        return ("paused", 0, "running", True), (status, second - first, container.status(), goes_on)


def removal_while_paused(engine):
    with Detached(engine, SPIN) as container:
        container.ask("pause")
        return 0, engine.call("rm", "-f", container.name).status


def statistics(engine):
    with Detached(engine, SPIN, "--memory", "32m", "--pids-limit", "20") as container:
        seen = container.ask("stats", "--no-stream", "--format", "{{.MemUsage}}|{{.PIDs}}")
        usage, tasks = seen.replace(" ", "").split("|")
        used, limit = usage.split("/")
        return (True, engine.limit_of_32m, True), (used[:1] not in ("", "0", "-"), limit, tasks in ("1", "2", "3"))


def top(engine):
    with Detached(engine, SPIN) as container:
        container.exec("echo a process that joins", "-d")
        return True, "trap" in container.ask("top")


def update(engine):
    with Detached(engine, SPIN, "--memory", "32m", "--memory-swap", "32m", "--cpu-shares", "512") as container:
        container.ask("update --memory 48m --memory-swap 64m --cpu-shares 256")
        pid = engine.pid(container.name)
        seen = (group_file(pid, "memory", "memory.limit_in_bytes", "memory.max"),
                group_file(pid, "cpu", "cpu.shares", "cpu.weight"))
        return (str(48 << 20), "10" if is_v2() else "256"), seen


def update_of_one_thing(engine):
    """Engines send zeros for what they were not asked about."""
    with Detached(engine, SPIN) as container:
        before = group_file(engine.pid(container.name), "memory", "memory.limit_in_bytes", "memory.max")
        container.ask("update --cpu-shares 256")
        after = group_file(engine.pid(container.name), "memory", "memory.limit_in_bytes", "memory.max")
        return (before, "running"), (after, container.status())


def tmpfs_over_a_folder(engine):
    return "700", engine.said("stat -c %a /root", "--tmpfs", "/root")


def cgroup_namespace(engine):
    seen = engine.said("cut -d: -f3 /proc/self/cgroup | sort -u; readlink /proc/self/ns/cgroup", "--cgroupns", "private")
    paths, own = seen.splitlines()[:-1], seen.splitlines()[-1]
    return (["/"], True), (paths, own != str(pathlib.Path("/proc/self/ns/cgroup").readlink()))


def health_check(engine):
    options = ("--health-cmd", "test -e /sound", "--health-interval", "1s", "--health-retries", "1", "--health-timeout", "5s")
    with Detached(engine, SPIN, *options) as container:
        first = engine.health(container, "unhealthy")
        container.exec("touch /sound")
        return ("unhealthy", "healthy"), (first, engine.health(container, "healthy"))


def build(engine):
    folder = make_build_folder(engine.cell.work / f"build{engine.cell.next_number()}")
    engine.ask("build", "--network", "none", *engine.build_options, "-t", "localhost/built", folder, timeout=60)
    return "tea", engine.ask("run", "--rm", *engine.run_options, "localhost/built")


def failing_build(engine):
    folder = make_build_folder(engine.cell.work / f"build{engine.cell.next_number()}")
    with (folder / "Dockerfile").open("a") as steps:
        steps.write('RUN /bin/busybox echo aboard && exit 23\n')
    ran = engine.call("build", "--network", "none", *engine.build_options, folder, timeout=60)
    return (True, True), (ran.status != 0, "23" in ran.err + ran.out)


def restart(engine):
    with Detached(engine, SPIN) as container:
        first = engine.pid(container.name)
        container.ask("restart -t 1")
        second = engine.pid(container.name)
        return ("running", True), (container.status(), second not in (first, "0"))


def restart_policy(engine):
    with Detached(engine, "echo x >> /count; exit 1", "--restart", "on-failure:2") as container:
        wait_until(lambda: container.status() == "exited" and engine.inspect(container.name, "{{.RestartCount}}") == "2")
        return ("2", "1"), (engine.inspect(container.name, "{{.RestartCount}}"),
                            engine.inspect(container.name, "{{.State.ExitCode}}"))


def forced_removal(engine):
    with Detached(engine, STUBBORN) as container:
        pid = engine.pid(container.name)
        status = engine.call("rm", "-f", *engine.at_once, container.name).status
        gone = wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists())
        names = engine.ask("ps", "-a", "--format", "{{.Names}}").splitlines()
        return (0, True, False), (status, gone, container.name in names)


def shared_namespace(engine):
    with Detached(engine, SPIN, "--ipc", "shareable") as first:
        pid = engine.pid(first.name)
        wanted = [str(pathlib.Path(f"/proc/{pid}/ns/{name}").readlink()) for name in ("pid", "ipc")]
        with Detached(engine, SPIN, "--pid", f"container:{first.name}", "--ipc", f"container:{first.name}") as second:
            other = engine.pid(second.name)
            return wanted, [str(pathlib.Path(f"/proc/{other}/ns/{name}").readlink()) for name in ("pid", "ipc")]


def copy(engine):
    with Detached(engine, SPIN) as container:
        file = engine.cell.work / "cargo"
        file.write_text("tea")
        engine.ask("cp", file, f"{container.name}:/tmp/cargo")
        engine.ask("cp", f"{container.name}:/tmp/cargo", f"{file}.back")
        return ("tea", "tea"), (container.exec("cat /tmp/cargo").out, pathlib.Path(f"{file}.back").read_text())


def commit(engine):
    """Pauses the container while its files are read."""
    with Detached(engine, "echo kept > /kept; " + SPIN) as container:
        wait_until(lambda: container.exec("cat /kept").out)
        engine.ask("commit", "--pause", container.name, "localhost/committed")
        seen = engine.ask("run", "--rm", *engine.run_options, "localhost/committed", "cat", "/kept")
        return ("kept", "running"), (seen, container.status())


def whole_privilege(engine):
    seen = engine.said("grep CapBnd /proc/self/status | cut -f2; grep ^Seccomp: /proc/self/status | cut -f2;"
                       " touch /proc/sys/kernel/hostname && echo writable", "--privileged").splitlines()
    return [True, "0", "writable"], [int(seen[0], 16) >> CAP_SYS_ADMIN & 1 == 1, *seen[1:]]


def error_is_told(engine):
    """What goes wrong in the container's first steps reaches the caller, and nothing of the container is left."""
    ran = engine.run("true", "--name", "wrong", "-w", "/etc/passwd")
    names = engine.ask("ps", "-a", "--format", "{{.Names}}").splitlines()
    return (True, True, False), (ran.status in (125, 126, 127), "/etc/passwd" in ran.err, "wrong" in names)


PRIVILEGES = "the engine asks for capabilities that its caller lacks"
CHECKS = [
    Check("exit status", exit_status, True), Check("output", output, True), Check("standard input", standard_input),
    Check("missing program", missing_program, True), Check("killed", killed_by_itself), Check("environment", environment), Check("user", user, True),
    Check("more groups", more_groups), Check("working folder", workdir), Check("read-only root", read_only_root),
    Check("volume", volume, True), Check("tmpfs", tmpfs), Check("tmpfs over a folder", tmpfs_over_a_folder),
    Check("shared memory", shared_memory),
    Check("masked paths", masked_paths), Check("memory limit", memory_limit), Check("memory limit bites", memory_bites, True),
    Check("death for want of memory", memory_death_is_known, limit="conmon leaves its note of it where it began, and podman 4.3 looks elsewhere"),
    Check("pids limit", pids_limit), Check("cpu limit", cpu_limit), Check("cpu weight", cpu_weight),
    Check("capabilities", capabilities), Check("capabilities of a user", capability_of_user), Check("seccomp", seccomp),
    Check("no new privileges", no_new_privileges), Check("hostname", hostname), Check("hosts", hosts), Check("sysctl", sysctl),
    Check("resource limit", resource_limit), Check("device", device), Check("terminal", terminal, True),
    Check("detached, wait and logs", detached_logs, True), Check("create and start", create_and_start),
    Check("exec: status", exec_status, True), Check("exec: options", exec_options), Check("exec: input", exec_input),
    Check("exec: terminal", exec_terminal), Check("exec: detached", exec_detached), Check("exec: limits", exec_limits),
    Check("kill with a signal", kill_signal), Check("kill", kill_nine), Check("stop gently", stop_gently),
    Check("stop by force", stop_by_force, True), Check("pause", pause, True), Check("removal while paused", removal_while_paused),
    Check("statistics", statistics), Check("top", top), Check("update", update), Check("update of one thing", update_of_one_thing), Check("restart", restart),
    Check("restart policy", restart_policy), Check("forced removal", forced_removal),
    Check("shared namespaces", shared_namespace), Check("cgroup namespace", cgroup_namespace), Check("copy", copy), Check("commit", commit),
    Check("all privileges", whole_privilege, limit=PRIVILEGES), Check("an error is told", error_is_told),
    Check("health check", health_check), Check("build", build, True), Check("failing build", failing_build),
]
