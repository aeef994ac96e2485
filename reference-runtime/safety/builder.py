# SPDX-License-Identifier: Apache-2.0
"""Builds a program of which some sources are others: those alone are compiled, by the commands of the build directory."""

import hashlib
import json
import pathlib
import re
import shlex
import shutil
import subprocess

LIBRARIES = ("runtime.dir", "base.dir")  # whose objects are in the programs


class Failed(Exception):
    """A source that does not compile, or a program that does not link."""


def missing(build):
    """Why nothing can be built here; nothing when it can."""
    for name in ("bin/loadline-runtime", "bin/runtime_test", "bin/runtime_test_payload", "compile_commands.json",
                 "build.ninja"):
        if not (pathlib.Path(build) / name).exists():
            return f"{build} has no {name}: build it first, with Ninja"
    return "" if shutil.which("ninja") else "ninja is not installed"


def call(words, directory):
    done = subprocess.run(words, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"{words[0]} failed: {done.stderr.strip()[:600]}")
    return done.stdout


def sources_of(file):
    """Several, where CMake has the build tool compile them as one."""
    if "/Unity/" not in file:
        return (file,)
    return tuple(re.findall(r'^#include "([^"]+)"', pathlib.Path(file).read_text(encoding="utf-8"), re.M))


class Builder:
    """`root` holds the sources, `build` what was built of them; `place` is a directory of our own."""

    def __init__(self, root, build, place):
        self.root, self.build, self.place = root, build, place
        self.test_program, self.runtime = build / "bin/runtime_test", build / "bin/loadline-runtime"
        self.units = {}  # by each source, what is compiled together with it: the sources and the command
        for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
            if any(f"/{library}/" in entry["command"] for library in LIBRARIES):
                sources = sources_of(entry["file"])
                self.units.update(dict.fromkeys(sources, (sources, tuple(shlex.split(entry["command"])))))
        self.linked = {}  # what was made, by its sources: several rows may ask for the same

    def program(self, name, texts):
        """The path of the program when the files of the map `texts` are as they are there."""
        key = hashlib.sha256(json.dumps([name, texts], sort_keys=True).encode()).hexdigest()[:16]
        if key not in self.linked:
            self.linked[key] = self.link(name, self.compile(self.overlay(key, texts), texts), self.place / f"{name}-{key}")
        return self.linked[key]

    def overlay(self, key, texts):
        overlay = self.place / key
        for name, text in texts.items():
            path = overlay / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return overlay

    def sources(self, texts):
        """What has to be compiled again: sources that changed, and those that include a header which did."""
        headers = [f'#include "{name}"' for name in texts if name.endswith(".h")]
        found = {name for name in texts if name.endswith(".cc")}
        for file in self.units if headers else ():
            text = pathlib.Path(file).read_text(encoding="utf-8")
            if any(header in text for header in headers):
                found.add(str(pathlib.Path(file).relative_to(self.root)))
        return sorted(found)

    def compile(self, overlay, texts):
        """The objects."""
        units = set()
        for name in self.sources(texts):
            file = str(self.root / name)
            if file not in self.units:
                raise Failed(f"{name} is no source of the runtime")
            units.add(self.units[file])
        return [self.compile_unit(overlay, texts, f"unit-{number}", *unit) for number, unit in enumerate(sorted(units))]

    def compile_unit(self, overlay, texts, name, sources, command):
        """All of the unit, since its object takes the place of the library's."""
        changed = {str(self.root / name): str(overlay / name) for name in texts}
        source, result, words = overlay / f"{name}.cc", overlay / f"{name}.o", list(command)
        source.write_text("".join(f'#include "{changed.get(file, file)}"\n' for file in sources), encoding="utf-8")
        words[words.index("-o") + 1] = str(result)
        words[words.index("-c") + 1] = str(source)
        # What is left without a use once a line is gone is no error here. Headers of ours come before the others.
        call([words[0], f"-I{overlay}", *words[1:], "-w"], self.build)
        return str(result)

    def link(self, name, objects, result):
        """The objects come before the libraries, which then need not give theirs."""
        line = call(["ninja", "-C", str(self.build), "-t", "commands", "-s", f"bin/{name}"], self.build).splitlines()[-1]
        words = [word for word in shlex.split(line) if word not in (":", "&&")]
        at = words.index("-o")
        words[at + 1] = str(result)
        call([*words[:at], *objects, *words[at:]], self.build)
        return result
