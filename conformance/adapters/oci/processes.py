# SPDX-License-Identifier: Apache-2.0
"""Processes: who lives, who supervises, and whether what waited became the program asked for."""
import os
import select
import signal
import sys

from oci.failure import Failure

# Runs the system's program in the foreground and keeps how it ended: a shell stays smaller than
# this interpreter would.
SUPERVISE = '"$@"; status=$?; echo $status >"$0/ended.new"; /bin/mv "$0/ended.new" "$0/ended"'
SHELL = "/bin/sh"
SEARCH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
READY_SECONDS = 60  # an emulated machine boots

# linux/ptrace.h
PTRACE_CONT, PTRACE_DETACH, PTRACE_SEIZE, PTRACE_LISTEN = 7, 17, 0x4206, 0x4208
PTRACE_O_TRACEEXEC = 1 << 4
PTRACE_EVENT_EXEC, PTRACE_EVENT_STOP = 4, 128
WAIT_ALL = 0x40000000  # __WALL
STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


def find_program(name, package):
    for directory in SEARCH:
        path = os.path.join(directory, name)
        if os.access(path, os.X_OK):
            return path
    raise Failure(f"{name} is not installed", f"apt-get install {package}")


def beside(name):
    """A program of ours: beside the launcher where it is built, or where it is installed."""
    here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    path = os.path.join(os.path.dirname(here), "bin", name)
    if os.access(path, os.X_OK):
        return path
    raise Failure(f"there is no {path}",
                  f"build the target {name}, or install the package loadline-conformance")


def stat_of(pid):
    """State and start time of a process; nothing when there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            words = file.read().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return words[0], int(words[19])


def begun(pid):
    found = stat_of(pid)
    return found[1] if found else 0


def lives(pid, since):
    """Whether it is the process of then, and no zombie."""
    found = stat_of(pid)
    return found is not None and found[0] not in "ZX" and found[1] == since


def kill_session(leader):
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        pass


def send(pid, number):
    handle = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def restore_signals():
    """What the interpreter ignores, a program that it becomes would ignore as well."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)


def supervise(container, command, environment=None, passed=(), before=None):
    """Starts `command` with our streams in a session of its own; its end is kept in "ended".

    Of our descriptors it gets 0 to 2 and those of `passed`, under their numbers. `before` is called
    in its process first."""
    argv = [SHELL, "-c", SUPERVISE, container.directory] + command
    variables = dict(environment or {})
    variables.setdefault("PATH", ":".join(SEARCH))
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            restore_signals()
            if before:
                before()
            for number in passed:
                os.set_inheritable(number, True)
            close_others(passed)
            os.execve(SHELL, argv, variables)
        except (Failure, OSError) as failure:
            print(f"loadline-adapter: {failure}", file=sys.stderr, flush=True)
        finally:
            os._exit(127)
    container.supervisor = pid
    container.save()
    return os.pidfd_open(pid)


def close_others(kept):
    low = 3
    for number in sorted(kept):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, 1 << 16)


def hear(channel, supervisor, complete, seconds=READY_SECONDS):
    """Reads `channel` until `complete` gives something for what came so far; nothing when the
    supervisor ends first."""
    text = ""
    while True:
        ready = select.select([channel, supervisor], [], [], seconds)[0]
        if channel in ready:
            text += os.read(channel, 4096).decode("utf-8", "replace")
            if (found := complete(text)) is not None:
                return found
        elif not ready:
            raise Failure(f"nothing was ready after {seconds} seconds")
        else:
            return None


def number_line(text):
    """The number on the first whole line."""
    return int(text.split("\n", 1)[0]) if "\n" in text else None


def make_fifo(container, name, mode=0o600):
    """A fifo of the container, open for both sides so that nobody has to wait for the other."""
    path = container.path(name)
    os.mkfifo(path, mode)
    os.chmod(path, mode)
    return os.open(path, os.O_RDWR | os.O_CLOEXEC)


class ExecWatch:
    """Sees whether a process that waits becomes another program: no file tells, and what it prints
    is its own. The process is let go before the new program's first instruction."""

    def __init__(self, pid):
        import ctypes  # takes a while to load, and start alone needs it
        self.pid = pid
        self.call = ctypes.CDLL(None, use_errno=True).ptrace
        self.call.restype = ctypes.c_long
        self.call.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        if self.call(PTRACE_SEIZE, pid, None, PTRACE_O_TRACEEXEC) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"process {pid} cannot be watched: {os.strerror(number)}")

    def became_program(self):
        """Waits for an exec that succeeds; false when the process ends without one."""
        while True:
            status = os.waitpid(self.pid, WAIT_ALL)[1]
            if not os.WIFSTOPPED(status):
                return False
            event, number = status >> 16, os.WSTOPSIG(status)
            if event == PTRACE_EVENT_EXEC:
                self.call(PTRACE_DETACH, self.pid, None, None)
                return True
            if event == PTRACE_EVENT_STOP and number in STOPS:
                self.call(PTRACE_LISTEN, self.pid, None, None)
            else:
                delivered = 0 if event == PTRACE_EVENT_STOP else number
                self.call(PTRACE_CONT, self.pid, None, delivered)


def run(command):
    """Runs a program to its end; its exit status, 128 and the signal that ended it."""
    pid = os.fork()
    if pid == 0:
        try:
            restore_signals()
            os.closerange(3, 1 << 16)
            os.execve(command[0], command, {"PATH": ":".join(SEARCH)})
        finally:
            os._exit(127)
    status = os.waitpid(pid, 0)[1]
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def output_of(command):
    """What a program prints, its errors too."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(writer, 1)
            os.dup2(writer, 2)
            os.closerange(3, 1 << 16)
            os.execve(command[0], command, {"PATH": ":".join(SEARCH), "LC_ALL": "C"})
        finally:
            os._exit(127)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8", errors="replace") as stream:
        text = stream.read()
    os.waitpid(pid, 0)
    return text
