# SPDX-License-Identifier: Apache-2.0
"""What the tests of the engines share: a private place on this host, and checks that print a line each.

A test runs in namespaces of its own (mount, process, network, ipc, uts) with memory file systems where engines keep their
files. So it ends with its first process however it ends, and nothing of it is left but control groups, which are below one
that bears the name of the test; the process outside looks for them, and removes them.
"""

import dataclasses
import fcntl
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import groups
import image

HOLDS, DIFFERS, USAGE, ABSENT = 0, 1, 2, 4
IMAGE, BUSYBOX = image.NAME, image.BUSYBOX
# Whoever starts the test may be killed: then unshare ends, and with it the first process and all others.
NAMESPACES = ("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--net", "--ipc", "--uts", "--fork",
              "--kill-child", "--mount-proc")
# Where engines and runtimes keep files whatever they are told.
HIDDEN = ("/run", "/dev/shm", "/var/lib/containers", "/var/lib/docker", "/var/lib/containerd", "/var/lib/cni", "/tmp",
          "/var/tmp")
WORK = "/tmp/engine"
# File systems that keep no files of this host, and which engines and runtimes write to.
UNREAL = ("cgroup", "cgroup2", "devpts", "devtmpfs", "mqueue", "proc", "sysfs")
PEERS = ("runc", "crun")  # what a check that this host may not show is tried with: the first that is not judged
DEADLINE, SHORT_DEADLINE, WHOLE_DEADLINE = 20, 120, 280
# docker tells the size of its terminal a moment after the start.
SIZE = "for i in $(seq 50); do s=$(stty size 2>&-); case $s in [1-9]*) echo $s; break;; esac; sleep 0.1; done"


class Unmet(Exception):
    """A command of the engine did not do what a check stands on."""


@dataclasses.dataclass
class Ran:
    status: int
    out: str
    err: str

    def succeed(self):
        if self.status != 0:
            raise Unmet(f"exit status {self.status}: {(self.err or self.out).strip()[-400:]}")
        return self.out.strip()


@dataclasses.dataclass
class Check:
    name: str
    function: object  # takes an engine, returns what is expected and what was seen
    short: bool = False  # part of the short form
    limit: str = ""  # why a host may not be able to show it, then the peer is asked


def check_into(checks):
    """The decorator @check(name, short, limit), which puts a function into the list."""
    def check(name, short=False, limit=""):
        def put(function):
            checks.append(Check(name, function, short, limit))
            return function
        return put
    return check


def run(words, timeout=DEADLINE, text="", folder=None, environment=None):
    """Runs a command to its end. Its output goes to files, because what it leaves running may keep them open."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(text.encode())
        given.seek(0)
        with subprocess.Popen([str(word) for word in words], stdin=given, stdout=out, stderr=err, cwd=folder,
                              env=environment) as child:
            try:
                status = child.wait(timeout)
            except subprocess.TimeoutExpired:
                child.kill()
                status = None
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode(errors="replace").replace("\r\n", "\n"))
        if status is None:
            raise Unmet(f"{' '.join(map(str, words))[-200:]}: no end after {timeout} s; {texts[1][-300:]}")
        return Ran(status, *texts)


def run_on_terminal(words, size=(33, 77), timeout=DEADLINE):
    """Runs a command whose three streams are a terminal of this size; its output has plain ends of lines."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    with subprocess.Popen([str(word) for word in words], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                          preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0)) as child:
        os.close(slave)
        output, end = b"", time.monotonic() + timeout
        while time.monotonic() < end and select.select([master], [], [], max(0, end - time.monotonic()))[0]:
            try:
                output += os.read(master, 65536)
            except OSError:  # the last holder of the other side has ended
                break
        os.close(master)
        try:
            status = child.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            raise Unmet(f"{' '.join(map(str, words))[-200:]}: no end after {timeout} s; {output[-300:]}") from None
    return Ran(status, output.decode(errors="replace").replace("\r", ""), "")


def wait_until(condition, seconds=10):
    """What the condition was at last: true as soon as it is."""
    end = time.monotonic() + seconds
    while not (is_so := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return is_so


class Daemon:
    """A process that serves until it is told to stop."""

    def __init__(self, words, log):
        self.log = pathlib.Path(log)
        with open(log, "wb") as output:
            self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=output,
                                            stderr=output)

    def wait_until_ready(self, is_ready, seconds=30):
        if not wait_until(lambda: self.process.poll() is not None or is_ready(), seconds) or self.process.poll() is not None:
            raise Unmet(f"{self.process.args[0]} does not serve: {self.log.read_text(errors='replace')[-1500:]}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)


def peer_of(runtime):
    found = [os.path.realpath(path) for path in map(shutil.which, PEERS) if path]
    return next((path for path in found if path != runtime), None)


def judge(check, engine, peer):
    """The line of a check, and whether it holds."""
    def look(at):
        try:
            return check.function(at)
        except (Unmet, OSError, ValueError, KeyError, IndexError) as error:
            return "no error", f"{type(error).__name__}: {error}"

    expected, seen = look(engine)
    verdict, reason = "pass" if expected == seen else "fail", ""
    if verdict == "fail" and check.limit and peer:
        wanted, shown = look(peer)
        if wanted != shown:
            verdict, reason = "environment", f" ({check.limit}; with {os.path.basename(peer.runtime)}: {shown!r})"
    return f"{verdict:<11} {check.name}: expected {expected!r}, seen {seen!r}{reason}", verdict


def judge_all(checks, engine, peer, only):
    counts = {}
    for check in checks:
        if only and not any(word in check.name for word in only):
            continue
        start = time.monotonic()
        line, verdict = judge(check, engine, peer)
        print(f"{line}  [{time.monotonic() - start:.1f} s]", flush=True)
        counts[verdict] = counts.get(verdict, 0) + 1
    return counts


def processes():
    """Those of this process namespace that have not ended, but for the first and the caller."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in (1, os.getpid()):
            try:
                if (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX":
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:120])
            except OSError:
                pass
    return found


def wait_for_shims():
    """containerd ends the processes that watch its containers a moment after the containers are gone."""
    wait_until(lambda: not any("containerd-shim" in words for words in processes()), 5)


def mounted():
    """The mounts of this namespace: where, and of which kind."""
    found = []
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        place, system = line.split(" - ", 1)
        found.append((place.split()[4].encode().decode("unicode_escape"), system.split()[0]))
    return sorted(found)


def mount(*words):
    run(["mount", *words]).succeed()


def make_private(runtime):
    """Gives this mount namespace its memory file systems, a copy of /etc, and the host's other files to read. Takes away a
    cgroup2 mount that serves nothing."""
    with open(runtime, "rb") as program:
        for folder in filter(os.path.isdir, HIDDEN):
            mode = "mode=1777" if folder.endswith("tmp") else "mode=755"
            mount("-t", "tmpfs", "-o", mode, "tmpfs", os.path.realpath(folder))
        os.mkdir(WORK)
        if not os.path.exists(runtime):  # it was in a folder that is hidden now
            os.makedirs(os.path.dirname(runtime), exist_ok=True)
            with open(runtime, "wb", opener=lambda path, flags: os.open(path, flags, 0o755)) as copy:
                shutil.copyfileobj(program, copy)
    run(["cp", "-a", "/etc", f"{WORK}/etc"]).succeed()
    mount("--bind", f"{WORK}/etc", "/etc")
    own = {os.path.realpath(folder) for folder in HIDDEN} | {"/etc"}
    for path, kind in mounted():
        # What is below a folder that is hidden now is not to be reached either.
        if kind not in UNREAL and path not in own and os.path.ismount(path):
            mount("-o", "remount,bind,ro", path)
    # crun 1.8 refuses a host whose mount of cgroup2 has controllers beside those of v1, whichever they are.
    unified = pathlib.Path("/sys/fs/cgroup/unified/cgroup.controllers")
    if unified.exists() and "memory" not in unified.read_text():
        run(["umount", unified.parent]).succeed()
        mount("-t", "tmpfs", "tmpfs", unified.parent)  # crun makes folders there, which would stay below the host's mount


def be_first_process(test):
    """Runs the test in a child and collects what is orphaned, as a first process has to."""
    child = os.fork()
    if child == 0:
        os._exit(test())
    status = 1
    while True:
        pid, how = os.wait()
        if pid == child:
            status = os.waitstatus_to_exitcode(how)
            break
    return status if status >= 0 else 128 - status


class Cell:
    """The place of one test: `work` is a folder in memory, `name` is the control group that it is confined to."""

    def __init__(self, name):
        self.work, self.name = pathlib.Path(WORK), name
        self.archive, self.daemons, self.count = self.work / "image.tar", [], 0

    def next_number(self):
        self.count += 1
        return self.count

    def start_daemon(self, words):
        daemon = Daemon(words, self.work / f"{pathlib.Path(words[0]).name}.log")
        self.daemons.append(daemon)
        return daemon

    def leftovers(self, before):
        wait_until(lambda: not processes(), 3)
        left = [f"process {words}" for words in processes()]
        return left + [f"mount {path} ({kind})" for path, kind in mounted() if (path, kind) not in before]


def test_inside(start, checks, options):
    """The whole test in its namespaces. Its exit status."""
    os.chdir(WORK)  # conmon leaves notes where it is
    cell = Cell(options["name"])
    before, counts, faults = mounted(), {}, []
    try:
        image.make_archive(cell.archive)
        engine, peer = start(cell, options["runtime"], peer_of(options["runtime"]))
        wanted = [check for check in checks if check.short or not options["is_short"]]
        counts = judge_all(wanted, engine, peer, options["only"])
        engine.close()
    except (Unmet, OSError) as error:
        faults.append(str(error))
    for daemon in reversed(cell.daemons):
        daemon.stop()
    faults += [f"{left} is left" for left in cell.leftovers(before)]
    for fault in faults:
        print(f"fail        {fault}")
    words = ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items()))
    print(f"{options['title']} with {options['runtime']}: {words}", flush=True)
    return DIFFERS if faults or counts.get("fail") or not counts else HOLDS


def run_inside(options):
    """Starts the program again in its own namespaces and waits for it; what is left afterwards is a fault."""
    groups.remove_abandoned()
    name, deadline = groups.own_name(), SHORT_DEADLINE if options["is_short"] else WHOLE_DEADLINE
    inside = json.dumps({**options, "name": name})
    with subprocess.Popen([*NAMESPACES, sys.executable, "-B", os.path.realpath(sys.argv[0]), "--inside", inside],
                          stdin=subprocess.DEVNULL) as child:
        try:
            status = child.wait(deadline)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            for number in (signal.SIGINT, signal.SIGTERM):  # once is enough
                signal.signal(number, signal.SIG_IGN)
            child.kill()
            child.wait()
            print(f"fail        no end after {deadline} s, or stopped", flush=True)
            groups.remove(name)  # what was under way could not do it
            return DIFFERS
    left = groups.remove(name)
    for group in left:
        print(f"fail        group {group} is left", flush=True)
    return DIFFERS if left else status


def lack(programs):
    """Why this host cannot run the test, or nothing."""
    missing = [name for name in (*programs, "setpriv", "unshare", BUSYBOX) if not shutil.which(name)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    return "" if os.geteuid() == 0 else "this needs root"


def main(usage, programs, start, checks):
    """The program of one engine: START makes an engine in a cell for a runtime, and one for the peer."""
    words = sys.argv[1:]
    if len(words) == 2 and words[0] == "--inside":
        options = json.loads(words[1])
        os.environ.update({"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": WORK, "TMPDIR": WORK,
                           "LC_ALL": "C.UTF-8", "XDG_RUNTIME_DIR": "/run"})
        make_private(options["runtime"])
        return be_first_process(lambda: test_inside(start, checks, options))
    is_short = words[:1] == ["--short"]
    words = words[is_short:]
    if not words or words[0].startswith("-"):
        print(usage.strip(), file=sys.stderr)
        return USAGE
    runtime = shutil.which(words[0])
    reason = lack(programs) if runtime else f"not installed: {words[0]}"
    if reason:
        print(reason, file=sys.stderr)
        return ABSENT
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    title = pathlib.Path(sys.argv[0]).stem
    return run_inside({"runtime": os.path.realpath(runtime), "only": words[1:], "is_short": is_short, "title": title})
