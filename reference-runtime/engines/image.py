# SPDX-License-Identifier: Apache-2.0
"""An image and a folder to build from, made of this host's static busybox: nothing is fetched."""

import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import tarfile

NAME = "localhost/loadline:engines"
BUSYBOX = "/bin/busybox"


def make_layer(file):
    """A root file system of busybox and the few files that name users."""
    def add(name, data=b"", mode=0o644, kind=tarfile.REGTYPE, link=""):
        entry = tarfile.TarInfo(name)
        entry.mode, entry.type, entry.linkname, entry.size = mode, kind, link, len(data)
        layer.addfile(entry, io.BytesIO(data))

    with tarfile.open(fileobj=file, mode="w") as layer:
        for folder, mode in (("bin", 0o755), ("etc", 0o755), ("dev", 0o755), ("proc", 0o755), ("sys", 0o755), ("run", 0o755),
                             ("root", 0o700), ("tmp", 0o1777), ("home", 0o755)):
            add(folder, mode=mode, kind=tarfile.DIRTYPE)
        add("bin/busybox", pathlib.Path(BUSYBOX).read_bytes(), 0o755)
        for name in subprocess.run([BUSYBOX, "--list"], capture_output=True, text=True, check=True).stdout.splitlines():
            if name != "busybox":
                add(f"bin/{name}", kind=tarfile.SYMTYPE, link="busybox")
        add("etc/passwd", b"root:x:0:0:root:/root:/bin/sh\nsailor:x:1000:1000::/home:/bin/sh\n")
        add("etc/group", b"root:x:0:\nsailor:x:1000:\ndeck:x:1001:sailor\n")


def make_archive(path):
    """Writes an image archive in the form of `docker save`, which every engine loads."""
    layer = io.BytesIO()
    make_layer(layer)
    config = json.dumps({
        "architecture": os.uname().machine.replace("x86_64", "amd64").replace("aarch64", "arm64"), "os": "linux",
        "created": "2024-01-01T00:00:00Z",
        "config": {"Env": ["PATH=/bin", "FROM_IMAGE=yes"], "Cmd": ["sh"], "WorkingDir": "/"},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer.getvalue()).hexdigest()]},
        "history": [{"created": "2024-01-01T00:00:00Z", "created_by": "loadline"}]}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = json.dumps([{"Config": name, "RepoTags": [NAME], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(path, "w") as archive:
        for member, data in ((name, config), ("layer.tar", layer.getvalue()), ("manifest.json", manifest)):
            entry = tarfile.TarInfo(member)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


def make_build_folder(folder):
    """What a build from nothing needs: busybox and a list of steps, two of which run in a container."""
    folder.mkdir()
    shutil.copy(BUSYBOX, folder / "busybox")
    (folder / "Dockerfile").write_text(
        'FROM scratch\nCOPY busybox /bin/busybox\nENV PATH=/bin CARGO=tea\n'
        'RUN ["/bin/busybox", "ln", "-s", "busybox", "/bin/sh"]\nRUN /bin/busybox echo "$CARGO" > /manifest\n'
        'CMD ["/bin/busybox", "cat", "/manifest"]\n')
    return folder
