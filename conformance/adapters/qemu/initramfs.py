# SPDX-License-Identifier: Apache-2.0
"""The file system that a machine begins with: an archive as the kernel reads it (cpio, "newc")."""
import os
import stat

MAGIC = b"070701"
END = "TRAILER!!!"
DIRECTORIES = ("lab", "lab/modules", "opt", "opt/loadline", "opt/loadline/bin", "bundle", "etc",
               "proc", "sys", "dev", "run", "tmp")


class Archive:
    def __init__(self, file):
        self.file = file
        self.number = 0

    def add(self, name, mode, content=b"", owner=(0, 0), device=(0, 0)):
        self.number += 1
        encoded = os.fsencode(name) + b"\0"
        fields = (self.number, mode, *owner, 1, 0, len(content), 0, 0, *device, len(encoded), 0)
        self.write(MAGIC + b"".join(b"%08X" % field for field in fields) + encoded)
        self.write(content)

    def write(self, data):
        self.file.write(data + b"\0" * (-len(data) % 4))

    def add_file(self, name, path, mode=0o755):
        with open(path, "rb") as file:
            self.add(name, stat.S_IFREG | mode, file.read())

    def add_tree(self, name, path):
        """A directory with all that is below it; a file of several names becomes several files."""
        found = os.lstat(path)
        owner = (found.st_uid, found.st_gid)
        if stat.S_ISREG(found.st_mode):
            with open(path, "rb") as file:
                self.add(name, found.st_mode, file.read(), owner)
        elif stat.S_ISLNK(found.st_mode):
            self.add(name, found.st_mode, os.fsencode(os.readlink(path)), owner)
        elif stat.S_ISDIR(found.st_mode):
            self.add(name, found.st_mode, b"", owner)
            for entry in sorted(os.listdir(path)):
                self.add_tree(name + "/" + entry, os.path.join(path, entry))
        else:
            self.add(name, found.st_mode, b"", owner,
                     (os.major(found.st_rdev), os.minor(found.st_rdev)))


def write(target, init, runtime, modules, config, root):
    """Into the descriptor `target`. config is the text of config.json; root is the directory of its
    root file system."""
    with open(target, "wb", closefd=False) as file:
        archive = Archive(file)
        for name in DIRECTORIES:
            archive.add(name, stat.S_IFDIR | 0o755)
        archive.add_file("init", init)
        archive.add_file("opt/loadline/bin/loadline-runtime", runtime)
        for path in modules:
            archive.add_file("lab/modules/" + os.path.basename(path), path, 0o644)
        archive.add("bundle/config.json", stat.S_IFREG | 0o644, config.encode())
        archive.add_tree("bundle/rootfs", root)
        archive.add(END, 0)
