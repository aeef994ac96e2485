#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs buildah with a runtime: steps in working containers, their limits, and whole builds.

Usage: buildah.py [--short] RUNTIME [CHECK…] (checks whose name contains a word). Exit status: 0 all held, 1 not,
2 wrong usage, 4 buildah or the runtime is not installed, or the caller is not root.
"""

import sys

import cell
import image

CHECKS = []
check = cell.check_into(CHECKS)

# buildah asks for limits that a caller without CAP_SYS_RESOURCE cannot give.
LIMITS = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000")


class Buildah:
    def __init__(self, place, runtime):
        self.cell, self.runtime = place, runtime
        self.command = ["buildah", "--root", place.work / "root", "--runroot", place.work / "runroot", "--storage-driver",
                        "vfs"]

    def call(self, *words, **how):
        return cell.run([*self.command, *words], **how)

    def ask(self, *words, **how):
        return self.call(*words, **how).succeed()

    def group(self):
        return ("--cgroup-parent", f"/{self.cell.name}/step{self.cell.next_number()}")

    def close(self):
        pass


class Working:
    """A working container, which is removed at the end of the block; OPTIONS are those of `buildah from`."""

    def __init__(self, engine, *options):
        self.engine = engine
        self.name = engine.ask("from", "--pull-never", "--network", "none", *LIMITS, *engine.group(), *options, cell.IMAGE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.engine.call("rm", self.name)

    def words_of_run(self, script, *options):
        words = script if isinstance(script, list) else ["sh", "-c", script]
        return ["run", "--isolation", "oci", "--runtime", self.engine.runtime, *options, self.name, "--", *words]

    def run(self, script, *options):
        return self.engine.call(*self.words_of_run(script, *options))

    def said(self, script, *options):
        return self.run(script, *options).succeed()


@check("exit status", short=True)
def exit_status(engine):
    with Working(engine) as work:
        return 7, work.run("exit 7").status


@check("output", short=True)
def output(engine):
    with Working(engine) as work:
        ran = work.run("echo out; echo err >&2")
        return ("out\n", "err\n", 0), (ran.out, ran.err, ran.status)


@check("missing program", short=True)
def missing_program(engine):
    with Working(engine) as work:
        ran = work.run(["/bin/no-such-program"])
        return (True, True), (ran.status != 0, "/bin/no-such-program" in ran.err)


@check("environment")
def environment(engine):
    with Working(engine) as work:
        return ["two words", "yes"], work.said("echo $CARGO; echo $FROM_IMAGE", "--env", "CARGO=two words").splitlines()


@check("user", short=True)
def user(engine):
    with Working(engine) as work:
        return "1000:1000:1000 1001", work.said("echo $(id -u):$(id -g):$(id -G)", "--user", "sailor")


@check("working folder")
def workdir(engine):
    with Working(engine) as work:
        return "/tmp", work.said("pwd", "--workingdir", "/tmp")


@check("steps add up", short=True)
def steps_add_up(engine):
    """What one step leaves behind, the next finds, and the image has it."""
    with Working(engine) as work:
        work.said("echo tea > /manifest")
        seen = work.said("cat /manifest")
        engine.ask("commit", "--disable-compression", work.name, "localhost/steps")
        other = engine.ask("from", "--pull-never", *LIMITS, *engine.group(), "localhost/steps")
        try:
            kept = engine.ask("run", "--runtime", engine.runtime, "--network", "none", other, "--", "cat", "/manifest")
        finally:
            engine.call("rm", other)
        return ("tea", "tea"), (seen, kept)


@check("volume", short=True)
def volume(engine):
    folder = engine.cell.work / "volume"
    folder.mkdir(exist_ok=True)
    with Working(engine) as work:
        work.said("echo cargo > /hold/file", "-v", f"{folder}:/hold")
        seen = work.said("cat /hold/file; touch /hold/other 2>&- || echo refused", "-v", f"{folder}:/hold:ro")
        return ("cargo\n", "cargo\nrefused"), ((folder / "file").read_text(), seen)


@check("tmpfs")
def tmpfs(engine):
    with Working(engine) as work:
        seen = work.said("grep ' /scratch ' /proc/mounts | cut -d' ' -f3", "--mount", "type=tmpfs,destination=/scratch")
        return "tmpfs", seen


@check("hostname")
def hostname(engine):
    with Working(engine) as work:
        return "lighter", work.said("hostname", "--hostname", "lighter")


@check("capabilities")
def capabilities(engine):
    script = "echo $((0x$(grep CapEff /proc/self/status | cut -f2) >> %d & 1))"
    with Working(engine) as work:
        seen = work.said(script % 0, "--cap-drop", "CAP_CHOWN"), work.said(script % 12, "--cap-add", "CAP_NET_ADMIN")
        return ("0", "1"), seen


@check("seccomp")
def seccomp(engine):
    with Working(engine) as work:
        return "2", work.said("grep ^Seccomp: /proc/self/status | cut -f2")


@check("masked paths")
def masked_paths(engine):
    with Working(engine) as work:
        seen = work.said("wc -c < /proc/timer_list; touch /proc/sys/kernel/hostname 2>&- || echo refused;"
                         " ls /sys/firmware | wc -l")
        return ["0", "refused", "0"], seen.splitlines()


@check("memory limit bites", short=True)
def memory_bites(engine):
    with Working(engine, "--memory", "16m", "--memory-swap", "16m") as work:
        ran = work.run("echo begun; x=$(head -c 64m /dev/zero | tr '\\0' x); echo survived")
        return ("begun\n", True), (ran.out, ran.status != 0)


@check("resource limit")
def resource_limit(engine):
    with Working(engine) as work:
        return "1024", work.said("ulimit -n")


@check("terminal", short=True)
def terminal(engine):
    with Working(engine) as work:
        ran = cell.run_on_terminal([*engine.command, *work.words_of_run(f"tty; {cell.SIZE}; exit 5", "-t")])
        return (["/dev/pts/0", "33 77"], 5), (ran.out.split("\n")[:2], ran.status)


def build_words(engine, folder, *options):
    return ["build", "--isolation", "oci", "--runtime", engine.runtime, "--network", "none", *LIMITS, *engine.group(),
            *options, folder]


@check("build", short=True)
def build(engine):
    folder = image.make_build_folder(engine.cell.work / f"build{engine.cell.next_number()}")
    engine.ask(*build_words(engine, folder, "-t", "localhost/built"), timeout=60)
    name = engine.ask("from", "--pull-never", *LIMITS, *engine.group(), "localhost/built")
    try:
        return "tea", engine.ask("run", "--runtime", engine.runtime, "--network", "none", name, "--", "/bin/busybox", "cat",
                                 "/manifest")
    finally:
        engine.call("rm", name)


@check("build in stages")
def build_in_stages(engine):
    folder = engine.cell.work / f"build{engine.cell.next_number()}"
    folder.mkdir()
    (folder / "Dockerfile").write_text(
        f"FROM {cell.IMAGE} AS first\nARG CARGO\nRUN echo $CARGO > /manifest\nUSER sailor\nWORKDIR /tmp\n"
        "RUN id -un > own; pwd >> own\n"
        f"FROM {cell.IMAGE}\nCOPY --from=first /manifest /tmp/own /\nRUN cat /manifest /own\n")
    ran = engine.call(*build_words(engine, folder, "--build-arg", "CARGO=tea", "--layers"), timeout=60)
    return (0, True), (ran.status, "tea\nsailor\n/tmp\n" in ran.out)


@check("failing build", short=True)
def failing_build(engine):
    folder = image.make_build_folder(engine.cell.work / f"build{engine.cell.next_number()}")
    with (folder / "Dockerfile").open("a") as steps:
        steps.write("RUN /bin/busybox echo aboard && exit 23\n")
    ran = engine.call(*build_words(engine, folder), timeout=60)
    return (True, True, True), (ran.status != 0, "23" in ran.err, "aboard" in ran.out)


def start(place, runtime, peer):
    engines = [Buildah(place, path) for path in (runtime, peer) if path]
    name = engines[0].ask("from", "--pull-never", f"docker-archive:{place.archive}")
    engines[0].ask("commit", "--disable-compression", name, cell.IMAGE)
    engines[0].ask("rm", name)
    return engines[0], engines[1] if peer else None


if __name__ == "__main__":
    sys.exit(cell.main(__doc__, ["buildah"], start, CHECKS))
