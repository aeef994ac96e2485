#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_guide.py DIRECTORY GUIDE…: runs what the guides of docs/ tell to type, in a folder of its own for each.

DIRECTORY has the programs and goes before PATH; "" takes those of PATH. The blocks marked sh of a guide are run one after the other, each by sh -e;
the block marked text right behind one is what it prints, where "..." stands for any lines. What is marked shell is only to be read. Ends with 0 when
all print what the guide says, 1 when one does not."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SECONDS = 120  # for one block


def blocks(guide):
    """(what is typed, the lines that it prints) of each block, in order; any lines where the guide does not say."""
    found = []
    behind = None  # the block that nothing but empty lines stands behind so far
    for gap, language, content in re.findall(r"(.*?)^```(\w*)\n(.*?)^```$", guide, re.M | re.S):
        if gap.strip():
            behind = None
        if language == "sh":
            behind = [content, ["..."]]
            found.append(behind)
            continue
        if language == "text" and behind:
            behind[1] = filled(content)
        behind = None
    return found


def filled(text):
    return [line for line in text.splitlines() if line]


def matches(wanted, seen):
    """Whether the lines are those, "..." being any number of them."""
    if not wanted:
        return not seen
    if wanted[0] == "...":
        return any(matches(wanted[1:], seen[skipped:]) for skipped in range(len(seen) + 1))
    return bool(seen) and wanted[0] == seen[0] and matches(wanted[1:], seen[1:])


def run(guide, programs):
    found = blocks(guide.read_text(encoding="utf-8"))
    if not found:
        return f"{guide}: nothing is there to type"
    path = ":".join(filter(None, [programs and os.path.abspath(programs), "/usr/sbin:/usr/bin:/sbin:/bin"]))
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        for typed, wanted in found:
            done = subprocess.run(["sh", "-e", "-c", "exec 2>&1\n" + typed], cwd=directory, env={"PATH": path}, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, timeout=SECONDS, check=False)
            seen = filled(done.stdout.decode())
            if done.returncode != 0 or not matches(wanted, seen):
                return "\n".join([f"{guide}: exit status {done.returncode} of", typed, "which is to print", *wanted, "and printed", *seen])
    print(f"{guide}: {len(found)} blocks do what it says")
    return ""


def main():
    wrong = [text for text in (run(pathlib.Path(name), sys.argv[1]) for name in sys.argv[2:]) if text]
    for text in wrong:
        print(text)
    return 1 if wrong or len(sys.argv) < 3 else 0


if __name__ == "__main__":
    sys.exit(main())
