# SPDX-License-Identifier: Apache-2.0
"""Container: what is known of one between two commands; a directory of the state per container."""
import json
import os
import re
import select

from oci import processes
from oci.failure import Failure

ID = re.compile(r"[A-Za-z0-9_+.-]{1,1024}")
END_SECONDS = 10  # that a system may take to clean up behind a process that has ended


def write_atomically(path, text):
    new = f"{path}.{os.getpid()}.new"
    with open(new, "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(new, path)


class Container:
    """Attributes: id, bundle, config (as it was at create), pid and directory."""

    def __init__(self, directory, document):
        self.directory = directory
        self.id = document["id"]
        self.bundle = document["bundle"]
        self.config = document["config"]
        self.pid = document.get("pid", 0)
        self.begun = document.get("begun", 0)
        self.supervisor = document.get("supervisor", 0)
        self.supervisor_begun = document.get("supervisorBegun", 0)
        self.creator = document.get("creator", 0)  # the process of create
        self.creator_begun = document.get("creatorBegun", 0)
        self.own = document.get("own", {})  # what the adapter wants to remember

    def path(self, name):
        return os.path.join(self.directory, name)

    def save(self):
        self.begun = processes.begun(self.pid) if self.pid else 0
        self.supervisor_begun = processes.begun(self.supervisor) if self.supervisor else 0
        write_atomically(self.path("state.json"), json.dumps({
            "id": self.id, "bundle": self.bundle, "config": self.config, "pid": self.pid,
            "begun": self.begun, "supervisor": self.supervisor,
            "supervisorBegun": self.supervisor_begun, "creator": self.creator,
            "creatorBegun": self.creator_begun, "own": self.own}))

    def mark(self, name):
        """Of several at a time one succeeds."""
        try:
            os.close(os.open(self.path(name), os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        except FileExistsError:
            raise Failure(f"{self.id} is {name} already") from None

    def unmark(self, name):
        os.unlink(self.path(name))

    def has(self, name):
        return os.path.exists(self.path(name))

    def status(self):
        if not self.pid:
            # One that was killed before it knew the process leaves what is stopped.
            being_made = processes.lives(self.creator, self.creator_begun)
            return "creating" if being_made else "stopped"
        if self.has("ended") or not processes.lives(self.pid, self.begun):
            return "stopped"
        if self.has("paused"):
            return "paused"
        return "running" if self.has("started") else "created"

    def to_document(self):
        status = self.status()
        document = {"ociVersion": "1.0.2", "id": self.id, "status": status, "bundle": self.bundle}
        if status not in ("creating", "stopped"):
            document["pid"] = self.pid
        if self.config.get("annotations"):
            document["annotations"] = self.config["annotations"]
        return document

    def root(self):
        """The root file system's directory, absolute."""
        return os.path.join(self.bundle, self.config["root"]["path"])

    def end_supervisor(self, takes_stop):
        """Waits until the system has cleaned up behind the container; ends it when it does not.

        `takes_stop` says that what waits to be started knows the word "stop" as well."""
        if not self.supervisor or not processes.lives(self.supervisor, self.supervisor_begun):
            return
        try:
            handle = os.pidfd_open(self.supervisor)
        except ProcessLookupError:
            return
        if takes_stop:
            self.tell("stop")
        elif not self.pid:
            processes.kill_session(self.supervisor)
        if not select.select([handle], [], [], END_SECONDS)[0]:
            processes.kill_session(self.supervisor)
            select.select([handle], [], [], END_SECONDS)
        os.close(handle)

    def tell(self, word):
        """Says a word to what waits at the fifo "go"; nobody may be there any more."""
        try:
            fifo = os.open(self.path("go"), os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return False
        os.write(fifo, word.encode() + b"\n")
        os.close(fifo)
        return True

    def remove(self):
        remove_tree(self.directory)


def remove_tree(directory):
    for folder, directories, files in os.walk(directory, topdown=False):
        for name in files:
            os.unlink(os.path.join(folder, name))
        for name in directories:
            path = os.path.join(folder, name)
            (os.unlink if os.path.islink(path) else os.rmdir)(path)
    os.rmdir(directory)


def remove_empty(directories):
    """Removes those that are there and empty; what is in the others is somebody else's."""
    for directory in directories:
        try:
            os.rmdir(directory)
        except OSError:
            pass


def check_id(identity):
    if not ID.fullmatch(identity) or identity in (".", ".."):
        raise Failure(f"{identity!r} cannot be the id of a container",
                      "use letters, digits and _ + . -")


def make(root, identity, bundle, config):
    """A new container; the directory is the lock that two creates of one id run for."""
    check_id(identity)
    os.makedirs(root, mode=0o711, exist_ok=True)
    directory = os.path.join(root, identity)
    try:
        os.mkdir(directory, 0o711)
    except FileExistsError:
        raise Failure(f"there is a container {identity} already",
                      "delete it, or choose another id") from None
    mine = os.getpid()
    container = Container(directory, {"id": identity, "bundle": bundle, "config": config,
                                      "creator": mine, "creatorBegun": processes.begun(mine)})
    container.save()
    return container


def find(root, identity, broken=False):
    """An existing one; with `broken` also what a killed create left."""
    check_id(identity)
    directory = os.path.join(root, identity)
    try:
        with open(os.path.join(directory, "state.json"), encoding="utf-8") as file:
            return Container(directory, json.load(file))
    except (FileNotFoundError, ValueError):
        if broken and os.path.isdir(directory):
            return Container(directory, {"id": identity, "bundle": "/", "config": {}})
        raise Failure(f"there is no container {identity}", "the id of create is the one") from None
