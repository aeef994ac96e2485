#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""unity_groups.py SOURCE_TREE SIZE FILE…: which files can be compiled as one? Prints the number of a group for each, a line per file, in their order.

Files of one group share the time for the headers and templates that all of them need, and so build in a quarter of the time. No group has more than SIZE
files, and in none does a name that is one file's own (of its namespace without a name, or a macro) stand for something in another one or in a
header that it includes. What is declared where is read by the house's style (clang-format's: what a namespace holds begins in the first column)."""
import functools
import pathlib
import re
import sys

COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
# The name that a declaration is about stands right before one of these.
DECLARED = re.compile(r"(?<![\w:~.>])(?!operator\b)([A-Za-z_]\w*)\s*(?=[({\[;=:]|$)(?!::)")
KEYWORDS = {"const", "constexpr", "static", "inline", "noexcept", "override", "default", "delete", "public", "private", "protected", "return", "if", "else", "namespace",
            "template", "typename", "extern", "alignas", "using", "struct", "class", "enum", "requires", "decltype", "static_assert", "asm"}


def without_brackets(line):
    """The line without what stands in <…>, whose names are others'."""
    before = None
    while before != line:
        before, line = line, re.sub(r"<[^<>]*>", " ", line)
    return line


def declared_name(line):
    """Of a line that begins a declaration."""
    if re.match(r"using\s+[\w:]+::", line) or re.match(r"namespace\s", line):
        return None
    if tag := re.match(r"(?:template\s+)?(?:struct|class|enum class|enum|using)\s+([A-Za-z_]\w*)", line):
        return tag[1]
    if macro := re.match(r"[A-Z_]+\(\s*(\w+)", line):
        return macro[1] if line.startswith("MATCHER") else None
    for match in DECLARED.finditer(line):
        if match[1] not in KEYWORDS:
            return match[1]
    return None


@functools.lru_cache(maxsize=None)
def names(path):
    """(the file's own names, those that it declares for others)."""
    text = COMMENT_OR_TEXT.sub('""', path.read_text(encoding="utf-8"))
    own, others, nameless = set(), set(), False
    for line in text.split("\n"):
        if macro := re.match(r"#\s*define\s+(\w+)", line):
            (own if path.suffix == ".cc" else others).add(macro[1])
        elif re.match(r"namespace\s*\{", line):
            nameless = True
        elif nameless and line.startswith("}  "):
            nameless = False
        elif re.match(r"[A-Za-z_\[]|    \w+ ?[={]", line):
            name = declared_name(without_brackets(line))
            if name:
                (own if nameless or re.match(r"(static|constexpr|const)\b", line) and path.suffix == ".cc" else others).add(name)
    return frozenset(own), frozenset(others)


@functools.lru_cache(maxsize=None)
def headers(path, tree):
    """All of the project's that it includes, directly or not."""
    found = set()
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(encoding="utf-8"), re.M):
        header = tree / name
        if header.exists() and header not in found:
            found |= {header} | headers(header, tree)
    return frozenset(found)


class Group:
    def __init__(self):
        self.files, self.own, self.visible = 0, set(), set()

    def takes(self, own, visible):
        return not (own & self.visible or self.own & visible)

    def add(self, own, visible):
        self.files += 1
        self.own |= own
        self.visible |= visible


def main():
    tree, size = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    groups = []
    for word in sys.argv[3:]:
        path = pathlib.Path(word)
        own, others = names(path)
        visible = set(own | others).union(*(names(header)[1] for header in headers(path, tree)))
        for number, group in enumerate(groups):
            if group.files < size and group.takes(own, visible):
                break
        else:
            number = len(groups)
            groups.append(Group())
        groups[number].add(own, visible)
        print(number)


if __name__ == "__main__":
    main()
