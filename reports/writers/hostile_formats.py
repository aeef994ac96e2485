#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads reports whose texts are hostile with a parser of their format, and compares their form with that of one whose texts are plain.

Usage: hostile_formats.py DIRECTORY. Its files are KIND.NAME.FORMAT, with the name "plain" for the one to compare with; of
those whose name begins with "long" it is "sample".
Exit status: 0 all have the same form, 1 one has not, 2 wrong usage.
"""

import csv
import html.parser
import io
import json
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree


def form_of_json(value):
    """Keys and types; texts, and the keys that stand for candidates or foreign members, are whatever they are."""
    if isinstance(value, dict):
        ours = {key: form_of_json(inner) for key, inner in value.items() if key not in FOREIGN_KEYS}
        known = all(re.fullmatch(r"[$a-zA-Z ]+", key) for key in ours)
        return ours if known else sorted((str(form_of_json(inner)) for inner in ours.values()))
    if isinstance(value, list):
        return [form_of_json(inner) for inner in value]
    return type(value).__name__


# What a candidate's own documents hold, and members that go with the text being one of a kind.
FOREIGN_KEYS = ("observation", "evidence", "cells", "candidates", "semanticVersion", "uriBaseId")


def read_json(data):
    return form_of_json(json.loads(data, object_pairs_hook=refuse_twice))


def refuse_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key stands twice")
    return dict(pairs)


def read_jsonl(data):
    if not data.endswith("\n"):
        raise ValueError("the last line has no end")
    return [read_json(line) for line in data[:-1].split("\n")]


def read_xml(data):
    def form(element):
        return element.tag, sorted(element.attrib), [form(inner) for inner in element]

    return form(xml.etree.ElementTree.fromstring(data))


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, sorted(name for name, _ in attributes)))

    def handle_endtag(self, tag):
        self.seen.append("/" + tag)

    def handle_comment(self, data):
        self.seen.append("comment")


def read_html(data):
    tags = Tags()
    tags.feed(data)
    tags.close()
    return tags.seen


# What our pages are made of. A long text is folded, and candidates that said the same stand together, so that pages differ by their texts.
PAGE_ELEMENTS = set("""a b body br circle code dd desc details div dl dt figcaption figure footer h1 h2 h3 head header html input label li line
    main meta nav option output p polygon pre rect script section select span style summary svg table tbody td text th thead title tr ul wbr""".split())
PAGE_ATTRIBUTES = set("""aria-label aria-labelledby autocomplete charset class colspan content cx cy data-area data-by data-verdict height hidden
    href http-equiv id lang name open points r role scope tabindex text-anchor type value viewbox width x x1 x2 y y1 y2""".split())


class Page(Tags):
    def handle_starttag(self, tag, attributes):
        super().handle_starttag(tag, attributes)
        for name, value in attributes:
            if tag not in PAGE_ELEMENTS or name not in PAGE_ATTRIBUTES:
                raise ValueError(f"<{tag} {name}>")
            if name == "href" and not re.match("#|https://", value):
                raise ValueError(f"a link to {value[:40]!r}")


def read_page(data):
    page = Page()
    page.feed(data)
    page.close()
    return [page.seen.count((tag, [])) for tag in ("script", "style", "body", "h1")] + ["comment" in page.seen]


def read_markdown(data):
    run = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"], input=data.encode(),
                         capture_output=True, check=True)
    rendered = run.stdout.decode()
    if re.search(r"@[A-Za-z]", rendered):
        raise ValueError("somebody is mentioned")
    return read_html(rendered)


def read_csv(data):
    if not data.endswith("\r\n") or re.search(r"(?<!\r)\n", data):
        raise ValueError("a line does not end with CR LF")
    rows = list(csv.reader(io.StringIO(data, newline=""), strict=True))
    for row in rows:
        for cell in row:
            if re.match(r"\s*[=+\-@|＝＋－＠]", cell):
                raise ValueError(f"a formula: {cell[:40]!r}")
    return [len(row) for row in rows]


def read_github(data):
    form = []
    for line in data.splitlines():
        # As the runner reads a command: properties up to the next two colons.
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.+)", line)
        if not match:
            raise ValueError(f"no command: {line[:60]!r}")
        form.append((match[1], [part.split("=")[0] for part in match[2].split(",")]))
    return form


def read_tap14(data):
    """Test points by their depth. A reader of TAP 14 goes by indents, plans and directives alone."""
    lines = data.split("\n")
    if lines[0] != "TAP version 14" or lines[-1]:
        raise ValueError("no version, or no end")
    form, counts, block = [], {}, False
    for line in lines[1:-1]:
        indent = len(line) - len(line.lstrip(" "))
        text = line[indent:]
        if block:
            block = not (indent % 4 == 2 and text == "...")
            continue
        depth = indent // 4
        if indent % 4 == 2 and text == "---":
            block = True
            continue
        point = re.fullmatch(r"(ok|not ok) (\d+) - ((?:[^\\#]|\\.)*)(# (TODO|SKIP).*)?", text)
        plan = re.fullmatch(r"1\.\.(\d+)", text)
        if point:
            counts[depth] = counts.get(depth, 0) + 1
            if int(point[2]) != counts[depth]:
                raise ValueError(f"out of order: {line[:60]!r}")
            form.append((depth, point[1], point[5]))
        elif plan:
            if int(plan[1]) != counts.pop(depth, 0):
                raise ValueError(f"not as planned: {line[:60]!r}")
        elif not text.startswith("# Subtest: "):
            raise ValueError(f"no line of TAP: {line[:60]!r}")
    return form


PERL = r"""
use TAP::Parser;
for my $file (@ARGV) {
  open my $in, '<', $file or die; local $/; my $tap = <$in>;
  my $parser = TAP::Parser->new({ tap => $tap });
  my @form;
  while (my $result = $parser->next) {
    push @form, $result->is_test ? join(' ', $result->ok, $result->number, $result->directive) : $result->type;
  }
  print join('; ', @form), ' problems: ', scalar($parser->parse_errors), ' planned: ', $parser->tests_planned, "\n";
}
"""


def read_tap(files):
    """All at once: a parser in Perl takes longest to start."""
    run = subprocess.run(["perl", "-e", PERL, *files], capture_output=True, check=True)
    return run.stdout.decode().splitlines()


def read_text(data):
    """Which lines there are, and which of them belong to the one above. (How far tables are indented depends on their names.)"""
    return [line.startswith("  ") for line in data.split("\n")]


def read_badge(data):
    badge = json.loads(data)
    if any(len(badge[half].encode()) > 120 for half in ("label", "message")):
        raise ValueError("too long for a badge")
    return read_json(data)


READERS = {
    "badge": read_badge, "csv": read_csv, "ctrf": read_json, "github": read_github, "gitlab": read_json, "html": read_page,
    "json": read_json, "jsonl": read_jsonl, "junit": read_xml, "markdown": read_markdown, "sarif": read_json,
    "step-summary": read_markdown, "tap14": read_tap14, "text": read_text,
}


def forms(directory):
    """{(kind, name, format): form}; a form that could not be read is a text that says why."""
    found = {}
    taps = []
    for path in sorted(pathlib.Path(directory).iterdir()):
        key = tuple(path.name.split("."))
        if key[2] == "tap":
            taps.append((key, str(path)))
            continue
        if key[2] in ("markdown", "step-summary") and not shutil.which("cmark-gfm"):
            continue
        try:
            found[key] = READERS[key[2]](path.read_bytes().decode())
        except (ValueError, xml.etree.ElementTree.ParseError, csv.Error) as problem:
            found[key] = f"cannot be read: {problem}"
    for (key, _), form in zip(taps, read_tap([path for _, path in taps])):
        found[key] = form
    return found


def first_difference(one, other):
    if isinstance(one, str) or isinstance(other, str) or type(one) is not type(other):
        return f"{str(one)[:200]}\n    and not {str(other)[:200]}"
    for a, b in zip(one, other):
        if a != b:
            return f"{str(a)[:200]}\n    and not {str(b)[:200]}"
    return f"{len(one)} and not {len(other)} of them"


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    found = forms(sys.argv[1])
    if not shutil.which("cmark-gfm"):
        print("there is no cmark-gfm: Markdown was not read")
    problems = 0
    for (kind, name, format_), form in found.items():
        plain = found[(kind, "sample" if name.startswith("long") or name == "sample" else "plain", format_)]
        if isinstance(form, str) and form.startswith("cannot") or form != plain:
            problems += 1
            print(f"{kind} {name} as {format_}: {first_difference(form, plain)}")
    if len({format_ for _, _, format_ in found}) < 14:
        problems += 1
        print("formats are missing")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
