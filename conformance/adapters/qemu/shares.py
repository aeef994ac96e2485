# SPDX-License-Identifier: Apache-2.0
"""Directories of the host that a machine may read: what a mount of config.json binds from there is
a device of the machine, and a mount of the type 9p in it."""
import os

# In the machine: what the host has does not change while a container runs, so it is read once.
OPTIONS = ["trans=virtio", "version=9p2000.L", "cache=loose", "msize=262144"]
BINDING = {"bind", "rbind"}
TAKEN = {"ro", "rro", "nosuid", "nodev", "noexec", "private", "rprivate"} | BINDING


def is_share(mount):
    """Whether a bind mount needs no more of the host than to be read."""
    options = set(mount.get("options") or [])
    return bool(options & {"ro", "rro"}) and options <= TAKEN and os.path.isdir(mount.get("source", ""))


def tag(number):
    return f"share{number}"


def devices(sources):
    """The words of QEMU for the directories, in their order."""
    words = []
    for number, source in enumerate(sources):
        name = tag(number)
        # QEMU takes a comma for the end of a value unless it is doubled.
        path = os.path.realpath(source).replace(",", ",,")
        words += ["-fsdev", f"local,id={name},path={path},security_model=none,readonly=on",
                  "-device", f"virtio-9p-pci,fsdev={name},mount_tag={name}"]
    return words


def mounted(mount, number):
    """The mount as the machine has it."""
    kept = [option for option in mount["options"] if option not in BINDING]
    return {"destination": mount["destination"], "type": "9p", "source": tag(number),
            "options": OPTIONS + ["ro" if option == "rro" else option for option in kept]}
