# SPDX-License-Identifier: Apache-2.0
"""A running machine: how QEMU is called, and what its process 1 is asked for
(conformance/adapters/machine/requests.h has the other side)."""
import fcntl
import os
import pwd
import select

from oci.failure import Failure
from qemu import shares

ANSWER_SECONDS = 60
MEMORY_MB = 384
# What the lab tells its kernel as well (conformance/lab/machine.cc).
KERNEL_WORDS = ("console=ttyS0 quiet panic=-1 rcupdate.rcu_expedited=1 mitigations=off norandmaps "
                "audit=0 nowatchdog")
# Of the modules that the lab keeps, those that a machine cannot be talked to without.
MODULES = ("virtio", "virtio_ring", "virtio_pci_legacy_dev", "virtio_pci_modern_dev",
           "virtio_pci", "virtio_console")
# What it reads directories of the host with.
MODULES_OF_SHARES = ("netfs", "fscache", "9pnet", "9pnet_virtio", "9p")


def files_of(folder, modules):
    return [file for name in modules if os.path.exists(file := os.path.join(folder, name + ".ko"))]


def find_kernel(with_shares):
    """The kernel that the lab boots, and its modules."""
    # The home of the user and not $HOME: who calls a runtime may give it another one.
    top = os.environ.get("LOADLINE_CACHE") or os.path.join(
        pwd.getpwuid(os.getuid()).pw_dir, ".cache", "loadline")
    folder = os.path.join(top, "kernels")
    kept = [os.path.join(folder, name) for name in os.listdir(folder)
            if name.startswith("default-")] if os.path.isdir(folder) else []
    for path in sorted(kept, key=lambda name: os.lstat(name).st_mtime, reverse=True):
        kernel = os.path.join(path, "kernel")
        if not os.path.exists(kernel):
            continue
        # What is built into a kernel has no file.
        modules, shares_of_it = files_of(path, MODULES), files_of(path, MODULES_OF_SHARES)
        if with_shares and modules and not shares_of_it:
            raise Failure(f"the kernel in {path} was kept without what reads the host's directories",
                          "`loadline lab -- true` gets another")
        return kernel, modules + (shares_of_it if with_shares else [])
    raise Failure(f"there is no kernel in {folder}", "`loadline lab -- true` gets one")


def command(program, container, kernel, sources):
    """QEMU in the foreground: its three first descriptors are the container's streams. It emulates
    even where there is KVM: that is what makes it the control."""
    def channel(name, number):
        return ["-add-fd", f"fd={number},set={number}", "-chardev",
                f"file,id={name},append=on,path=/dev/fdset/{number}",
                "-device", f"virtserialport,chardev={name},name=loadline.{name}"]
    return [program, "-nodefaults", "-no-user-config", "-machine", "q35",
            "-accel", "tcg,thread=multi", "-cpu", "max,la57=off",
            "-m", str(MEMORY_MB), "-smp", str(len(os.sched_getaffinity(0))), "-display", "none",
            "-nic", "none", "-no-reboot", "-sandbox",
            "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
            "-pidfile", container.path("qemu.pid"),
            "-kernel", kernel, "-initrd", f"/proc/self/fd/{INITRAMFS}", "-append", KERNEL_WORDS,
            "-chardev", f"file,id=console,path={container.path('console')}",
            "-serial", "chardev:console", "-device", "virtio-serial-pci",
            "-chardev", f"pipe,id=control,path={container.path('control')}",
            "-device", "virtserialport,chardev=control,name=loadline.control",
            "-chardev", "stdio,id=input,signal=off",
            "-device", "virtserialport,chardev=input,name=loadline.input",
            *channel("output", OUTPUT), *channel("error", ERRORS), *shares.devices(sources)]


# The numbers under which QEMU finds the container's streams, and what the machine begins with.
OUTPUT, ERRORS, INITRAMFS = 11, 12, 13


class Machine:
    """One at a time asks; the others wait for the lock."""

    def __init__(self, container, supervisor):
        self.supervisor = supervisor
        self.lock = os.open(container.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        # QEMU has both fifos open for both sides, and opens them only once it has begun.
        self.requests = os.open(container.path("control.in"), os.O_RDWR | os.O_CLOEXEC)
        self.answers = os.open(container.path("control.out"), os.O_RDWR | os.O_CLOEXEC)
        self.held = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for number in (self.requests, self.answers, self.lock):
            os.close(number)

    def ask(self, *words, given=b"", file=b""):
        """Status, output and errors of a command of the runtime in the machine."""
        request = b"%d %d %d\n" % (len(words), len(given), len(file))
        request += b"".join(word.encode() + b"\0" for word in words) + given + file
        while request:
            request = request[os.write(self.requests, request):]
        status, output, errors = (int(word) for word in self.line().split())
        return status, self.exactly(output), self.exactly(errors).decode("utf-8", "replace")

    def line(self):
        while b"\n" not in self.held:
            self.more()
        line, _, self.held = self.held.partition(b"\n")
        return line

    def exactly(self, size):
        while len(self.held) < size:
            self.more()
        data, self.held = self.held[:size], self.held[size:]
        return data

    def more(self):
        ready = select.select([self.answers, self.supervisor], [], [], ANSWER_SECONDS)[0]
        if self.answers in ready:
            self.held += os.read(self.answers, 65536)
        else:
            raise Failure("the machine " + ("has ended" if ready else "does not answer"))
