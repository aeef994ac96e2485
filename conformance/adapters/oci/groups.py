# SPDX-License-Identifier: Apache-2.0
"""Control groups that an adapter makes itself, for a system that has none: it is put into them as
a whole, before it begins."""
import os
import select
import signal

from oci.failure import Failure
from oci.resources import files_of, hierarchies, is_v2

# A group of cpuset takes nobody before it has these.
INHERITED = ("cpuset.cpus", "cpuset.mems")
FREEZE_SECONDS = 5
LOOK_SECONDS = 0.001  # version 1 tells nobody when all stand still


def directories(path):
    """Where the group of that path is in each hierarchy; one that is two controllers' once."""
    if is_v2():
        return ["/sys/fs/cgroup/" + path.strip("/")]
    return sorted({place + "/" + path.strip("/") for name, place in hierarchies().items() if name})


def groups_of(process):
    """Where the groups of a process are ("self": our own), by controller; of version 2 by ""."""
    places, found = hierarchies(), {}
    with open(f"/proc/{process}/cgroup", encoding="utf-8") as file:
        for line in file:
            _, names, path = line.rstrip("\n").split(":", 2)
            for name in names.split(","):
                if name in places:
                    found[name] = places[name] + path.rstrip("/")
    return found


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read().strip()


def write(path, value):
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(value)
    except OSError as error:
        raise Failure(f"{path} does not take {value!r}: {error.strerror}") from None


def make_directory(directory):
    """With what is above it; each takes over what a group of version 1 does not inherit."""
    if os.path.isdir(directory):
        return
    above = os.path.dirname(directory)
    make_directory(above)
    os.mkdir(directory, mode=0o755)
    for name in INHERITED:
        mine = os.path.join(directory, name)
        if not is_v2() and os.path.exists(mine) and not read(mine):
            write(mine, read(os.path.join(above, name)))


def make(path, resources):
    """Makes the groups with their limits; gives their directories."""
    made = directories(path)
    for directory in made:
        make_directory(directory)
    limit(made, resources)
    return made


def limit(made, resources):
    for name, value in files_of(resources):
        places = [directory for directory in made
                  if os.path.exists(os.path.join(directory, name))]
        if not places:
            raise Failure(f"no control group here has {name}",
                          "its controller is not there, or not handed on")
        write(os.path.join(places[0], name), value)


def join(made):
    """Puts the calling process into the groups."""
    for directory in made:
        write(os.path.join(directory, "cgroup.procs"), "0")


def kill(directory):
    """Ends all that is in the group, when there is one."""
    try:
        words = read(os.path.join(directory, "cgroup.procs")).split()
    except OSError:
        return
    for word in words:
        try:
            os.kill(int(word), signal.SIGKILL)
        except ProcessLookupError:
            pass  # it was faster


def freeze(path, frozen):
    """Stops all that is in the group, or lets it go on; waits until all stand still."""
    place = freezer(path)
    if is_v2():
        write(os.path.join(place, "cgroup.freeze"), "1" if frozen else "0")
    else:
        write(os.path.join(place, "freezer.state"), "FROZEN" if frozen else "THAWED")
    if not frozen:
        return
    for _ in range(int(FREEZE_SECONDS / LOOK_SECONDS)):
        if stands_still(place):
            return
        select.select([], [], [], LOOK_SECONDS)
    raise Failure(f"{place} does not stand still after {FREEZE_SECONDS} seconds")


def freezer(path):
    places = hierarchies()
    if is_v2():
        return directories(path)[0]
    if "freezer" not in places:
        raise Failure("no freezer is mounted here")
    return places["freezer"] + "/" + path.strip("/")


def stands_still(place):
    if is_v2():
        return "frozen 1" in read(os.path.join(place, "cgroup.events"))
    return read(os.path.join(place, "freezer.state")) == "FROZEN"
