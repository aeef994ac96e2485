# SPDX-License-Identifier: Apache-2.0
"""Checks of what podman and docker do with containers: run, exec, stop, pause, watch, build."""

import pathlib
import time

from cell import SIZE, check_into, run_on_terminal, wait_until
from commands import COUNTER, Detached, SPIN, STUBBORN
from groups import group_file, is_v2
from image import make_build_folder

CHECKS = []
check = check_into(CHECKS)


@check("exit status", short=True)
def exit_status(engine):
    return 7, engine.run("exit 7").status


@check("output", short=True)
def output(engine):
    ran = engine.run("echo out; echo err >&2")
    return ("out\n", "err\n", 0), (ran.out, ran.err, ran.status)


@check("standard input")
def standard_input(engine):
    return "HELLO", engine.said("tr a-z A-Z", "-i", text="hello")


@check("missing program", short=True)
def missing_program(engine):
    return (127, 126), (engine.run(["/bin/no-such-program"]).status, engine.run(["/etc/passwd"]).status)


@check("killed")
def killed_by_itself(engine):
    return 128 + 6, engine.run("sh -c 'kill -6 $$'; exit $?").status


@check("terminal", short=True)
def terminal(engine):
    ran = run_on_terminal([*engine.command, *engine.words_of_run(["--rm", "-it"], f"tty; {SIZE}; test -t 2 && exit 5")])
    return (["/dev/pts/0", "33 77"], 5), (ran.out.split("\n")[:2], ran.status)


@check("detached, wait and logs", short=True)
def detached_logs(engine):
    with Detached(engine, "echo one; echo two >&2; exit 6") as container:
        status = container.ask("wait")
        logs = engine.call("logs", container.name)
        return ("6", "one\n", "two\n", "exited", "6"), (status, logs.out, logs.err, container.status(),
                                                        engine.inspect(container.name, "{{.State.ExitCode}}"))


@check("create and start")
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


@check("exec: status", short=True)
def exec_status(engine):
    with Detached(engine, SPIN) as container:
        ran = container.exec("echo inside; exit 9")
        missing = engine.call("exec", container.name, "/no-such-program").status
        return (9, "inside\n", engine.missing_in_exec), (ran.status, ran.out, missing)


@check("exec: options")
def exec_options(engine):
    with Detached(engine, SPIN) as container:
        ran = container.exec("id -u; pwd; echo $CARGO", "-u", "sailor", "-w", "/tmp", "-e", "CARGO=tea")
        return (["1000", "/tmp", "tea"], 0), (ran.out.splitlines(), ran.status)


@check("exec: input")
def exec_input(engine):
    with Detached(engine, SPIN) as container:
        return "HELLO", engine.ask("exec", "-i", container.name, "tr", "a-z", "A-Z", text="hello")


@check("exec: terminal")
def exec_terminal(engine):
    with Detached(engine, SPIN) as container:
        ran = run_on_terminal([*engine.command, "exec", "-it", container.name, "sh", "-c", f"{SIZE}; exit 8"])
        return ("33 77", 8), (ran.out.strip(), ran.status)


@check("exec: detached")
def exec_detached(engine):
    with Detached(engine, SPIN) as container:
        engine.ask("exec", "-d", container.name, "sh", "-c", "echo done > /file")
        seen = wait_until(lambda: container.exec("cat /file 2>&-").out)
        return "done\n", seen


@check("exec: limits")
def exec_limits(engine):
    """A process that joins is under the container's limits and filter."""
    with Detached(engine, SPIN, "--cap-drop", "ALL", "--memory", "32m") as container:
        ran = container.exec("grep -E '^(CapEff|Seccomp):' /proc/self/status | cut -f2; grep -c . /proc/1/cgroup;"
                             " cmp -s /proc/1/cgroup /proc/self/cgroup && echo same")
        lines = ran.out.splitlines()
        return ["0" * 16, "2", "same"], lines[:2] + lines[3:]


@check("kill with a signal", short=True)
def kill_signal(engine):
    with Detached(engine, "trap 'echo got; exit 5' USR1; echo ready; while :; do sleep 0.1; done") as container:
        wait_until(lambda: "ready" in engine.call("logs", container.name).out)
        container.ask("kill -s USR1")
        return ("5", "ready\ngot\n"), (container.ask("wait"), engine.call("logs", container.name).out)


@check("kill")
def kill_nine(engine):
    with Detached(engine, STUBBORN) as container:
        container.ask("kill")
        return ("137", "exited"), (container.ask("wait"), container.status())


@check("stop gently")
def stop_gently(engine):
    with Detached(engine, "trap 'echo got; exit 3' TERM; echo ready; while :; do sleep 0.1; done") as container:
        wait_until(lambda: "ready" in engine.call("logs", container.name).out)
        container.ask("stop -t 10")
        return ("3", "exited", "ready\ngot\n"), (engine.inspect(container.name, "{{.State.ExitCode}}"), container.status(),
                                                 engine.call("logs", container.name).out)


@check("stop by force", short=True)
def stop_by_force(engine):
    with Detached(engine, STUBBORN) as container:
        container.ask("stop -t 1")
        return ("137", "exited"), (engine.inspect(container.name, "{{.State.ExitCode}}"), container.status())


@check("pause", short=True)
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


@check("removal while paused")
def removal_while_paused(engine):
    with Detached(engine, SPIN) as container:
        container.ask("pause")
        return 0, engine.call("rm", "-f", container.name).status


@check("statistics")
def statistics(engine):
    with Detached(engine, SPIN, "--memory", "32m", "--pids-limit", "20") as container:
        seen = container.ask("stats", "--no-stream", "--format", "{{.MemUsage}}|{{.PIDs}}")
        usage, tasks = seen.replace(" ", "").split("|")
        used, limit = usage.split("/")
        return (True, engine.limit_of_32m, True), (used[:1] not in ("", "0", "-"), limit, tasks in ("1", "2", "3"))


@check("top")
def top(engine):
    with Detached(engine, SPIN) as container:
        container.exec("echo a process that joins", "-d")
        return True, "trap" in container.ask("top")


@check("update")
def update(engine):
    with Detached(engine, SPIN, "--memory", "32m", "--memory-swap", "32m", "--cpu-shares", "512") as container:
        container.ask("update --memory 48m --memory-swap 64m --cpu-shares 256")
        pid = engine.pid(container.name)
        seen = (group_file(pid, "memory", "memory.limit_in_bytes", "memory.max"),
                group_file(pid, "cpu", "cpu.shares", "cpu.weight"))
        return (str(48 << 20), "10" if is_v2() else "256"), seen


@check("update of one thing")
def update_of_one_thing(engine):
    """Engines send zeros for what they were not asked about."""
    with Detached(engine, SPIN) as container:
        before = group_file(engine.pid(container.name), "memory", "memory.limit_in_bytes", "memory.max")
        container.ask("update --cpu-shares 256")
        after = group_file(engine.pid(container.name), "memory", "memory.limit_in_bytes", "memory.max")
        return (before, "running"), (after, container.status())


@check("health check", short=True)
def health_check(engine):
    options = ("--health-cmd", "test -e /sound", "--health-interval", "200ms", "--health-retries", "1", "--health-timeout",
               "5s")
    with Detached(engine, SPIN, *options) as container:
        first = engine.health(container, "unhealthy")
        container.exec("touch /sound")
        return ("unhealthy", "healthy"), (first, engine.health(container, "healthy"))


@check("build", short=True)
def build(engine):
    folder = make_build_folder(engine.cell.work / f"build{engine.cell.next_number()}")
    engine.ask("build", "--network", "none", *engine.build_options, "-t", "localhost/built", folder, timeout=60)
    return "tea", engine.ask("run", "--rm", *engine.run_options, "localhost/built")


@check("failing build")
def failing_build(engine):
    folder = make_build_folder(engine.cell.work / f"build{engine.cell.next_number()}")
    with (folder / "Dockerfile").open("a") as steps:
        steps.write('RUN /bin/busybox echo aboard && exit 23\n')
    ran = engine.call("build", "--network", "none", *engine.build_options, folder, timeout=60)
    return (True, True), (ran.status != 0, "23" in ran.err + ran.out)


@check("restart")
def restart(engine):
    with Detached(engine, SPIN) as container:
        first = engine.pid(container.name)
        container.ask("restart -t 1")
        second = engine.pid(container.name)
        return ("running", True), (container.status(), second not in (first, "0"))


@check("restart policy")
def restart_policy(engine):
    with Detached(engine, "echo x >> /count; exit 1", "--restart", "on-failure:2") as container:
        wait_until(lambda: container.status() == "exited" and engine.inspect(container.name, "{{.RestartCount}}") == "2")
        return ("2", "1"), (engine.inspect(container.name, "{{.RestartCount}}"),
                            engine.inspect(container.name, "{{.State.ExitCode}}"))


@check("forced removal")
def forced_removal(engine):
    with Detached(engine, STUBBORN) as container:
        pid = engine.pid(container.name)
        status = engine.call("rm", "-f", *engine.at_once, container.name).status
        gone = wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists())
        names = engine.ask("ps", "-a", "--format", "{{.Names}}").splitlines()
        return (0, True, False), (status, gone, container.name in names)


@check("copy")
def copy(engine):
    with Detached(engine, SPIN) as container:
        file = engine.cell.work / "cargo"
        file.write_text("tea")
        engine.ask("cp", file, f"{container.name}:/tmp/cargo")
        engine.ask("cp", f"{container.name}:/tmp/cargo", f"{file}.back")
        return ("tea", "tea"), (container.exec("cat /tmp/cargo").out, pathlib.Path(f"{file}.back").read_text())


@check("commit")
def commit(engine):
    """Pauses the container while its files are read."""
    with Detached(engine, "echo kept > /kept; " + SPIN) as container:
        wait_until(lambda: container.exec("cat /kept").out)
        engine.ask("commit", "--pause", container.name, "localhost/committed")
        seen = engine.ask("run", "--rm", *engine.run_options, "localhost/committed", "cat", "/kept")
        return ("kept", "running"), (seen, container.status())


@check("not a program")
def not_a_program(engine):
    """What the runtime finds out at the start alone: the caller is told, and nothing of the container is left."""
    folder = engine.cell.work / "hold"
    folder.mkdir(exist_ok=True)
    (folder / "cargo").write_bytes(b"tea" * 100)
    (folder / "cargo").chmod(0o755)
    ran = engine.run(["/hold/cargo"], "-v", f"{folder}:/hold", "--name", "wrong")
    names = engine.ask("ps", "-a", "--format", "{{.Names}}").splitlines()
    return (True, True, False), (ran.status != 0, "exec format error" in ran.err.lower(), "wrong" in names)


@check("an error is told")
def error_is_told(engine):
    """What goes wrong in the container's first steps reaches the caller, and nothing of the container is left."""
    ran = engine.run("true", "--name", "wrong", "-w", "/etc/passwd")
    names = engine.ask("ps", "-a", "--format", "{{.Names}}").splitlines()
    return (True, True, False), (ran.status in (125, 126, 127), "/etc/passwd" in ran.err, "wrong" in names)
