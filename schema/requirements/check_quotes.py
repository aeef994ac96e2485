#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a requirement ledger against the texts of its standard, which this project does not hold.

TEXTDIR holds one folder per version: v1.0.2/config.md and so on. Exit status: 0 the ledger holds,
1 it does not, 2 wrong usage, 3 a file cannot be read.
"""

import argparse
import hashlib
import json
import pathlib
import re
import sys

KEYS = ["id", "level", "addressee", "since", "until", "document", "anchor", "statement",
        "quoteSha256", "reason"]
OPTIONAL_KEYS = {"until", "reason"}
LEVELS = {"MUST", "SHOULD", "MAY"}
ADDRESSEES = {"runtime", "document", "caller", "other"}
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(/[a-z][a-z0-9]*(-[a-z0-9]+)*){2,}")
DIGEST = re.compile(r"[0-9a-f]{64}")
# MAY and OPTIONAL permit and demand nothing, so a line with only those needs no entry.
DEMANDS = re.compile(r"\b(MUST|SHALL|REQUIRED|SHOULD|RECOMMENDED)\b")


class Unreadable(Exception):
    """A file that the check needs cannot be read; the text says which and what to do."""


def normalise(line):
    """The words of one Markdown line: no markers, emphasis, link targets or anchors."""
    text = re.sub(r"<a name[^>]*>(</a>)?", "", line).strip()
    text = re.sub(r"^(>\s*)+", "", text)
    text = re.sub(r"^([*+-]|\d+\.)\s+", "", text)
    if text.startswith("|") or re.match(r"`\w+ *` +\|", text):
        text = " ".join(cell.strip() for cell in text.strip("|").split("|"))
    text = re.sub(r"\[([^\[\]]*(?:\[\][^\[\]]*)*)\](\([^)]*\)|\[[^\]]*\])", r"\1", text)
    text = text.replace("**", "").replace("`", "")
    text = re.sub(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", text)
    return " ".join(text.split())


def digest(line):
    """The digest that a ledger keeps of a line, as lower-case hex."""
    return hashlib.sha256(normalise(line).encode()).hexdigest()


def heading_anchor(title):
    """The fragment by which GitHub links to a heading."""
    return re.sub(r"[^\w\- ]", "", normalise(title).lower()).replace(" ", "-")


class Document:
    """The lines of one Markdown file, each with the headings above it; examples are left out."""

    def __init__(self, path):
        try:
            content = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Unreadable(f"{path}: cannot read the standard's text ({error}); TEXTDIR needs "
                             "one folder per version, such as v1.0.2/config.md") from error
        self.lines = []  # (number, line, anchors of the enclosing headings)
        self.anchors_of = {}  # digest -> set of anchors
        headings, in_example = [], False
        for number, line in enumerate(content.splitlines(), 1):
            if line.lstrip().startswith("```"):
                in_example = not in_example
            if in_example or not line.strip():
                continue
            heading = re.match(r"(#+)\s+(.*)", line)
            if heading:
                depth = len(heading[1])
                headings = [h for h in headings if h[0] < depth]
                headings.append((depth, heading_anchor(heading[2])))
            anchors = {anchor for _, anchor in headings}
            self.lines.append((number, line, anchors))
            self.anchors_of.setdefault(digest(line), set()).update(anchors)


class Texts:
    """The standard's documents, each read once."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.documents = {}

    def get(self, version, name):
        key = (version, name)
        if key not in self.documents:
            self.documents[key] = Document(self.folder / f"v{version}" / name)
        return self.documents[key]


def shape_errors(entry, ledger):
    """What is wrong with one entry, the standard's text left aside."""
    missing = [k for k in KEYS if k not in entry and k not in OPTIONAL_KEYS]
    if missing:
        return [f"lacks {', '.join(missing)}; add it"]
    errors = []
    if list(entry) != [k for k in KEYS if k in entry]:
        errors.append(f"unknown or unordered keys; use {', '.join(KEYS)}, in that order")
    if not ID.fullmatch(entry["id"]):
        errors.append("the id is not a slug; use lower-case words with hyphens, parts with slashes")
    prefix = f"{ledger['standard']}/{entry['document'].removesuffix('.md').lower()}/"
    if not entry["id"].startswith(prefix):
        errors.append(f"the id belongs to another document; begin it with {prefix}")
    if entry["level"] not in LEVELS:
        errors.append(f"unknown level {entry['level']}; use one of {', '.join(sorted(LEVELS))}")
    if entry["addressee"] not in ADDRESSEES:
        errors.append(f"unknown addressee {entry['addressee']}; use one of "
                      + ", ".join(sorted(ADDRESSEES)))
    if not DIGEST.fullmatch(entry["quoteSha256"]):
        errors.append("quoteSha256 is not a SHA-256 in lower-case hex; make it with --digest")
    versions = ledger["versions"]
    unknown = [v for v in (entry["since"], newest(entry, versions)) if v not in versions]
    if unknown:
        errors.append(f"unknown version {unknown[0]}; the ledger knows {', '.join(versions)}")
    elif versions.index(entry["since"]) > versions.index(newest(entry, versions)):
        errors.append("ends before it begins; correct since or until")
    elif entry.get("until") == versions[-1]:
        errors.append("still holds in the newest version; drop until")
    return errors


def newest(entry, versions):
    """The newest version in which a requirement holds."""
    return entry.get("until", versions[-1])


def quote_errors(entry, versions, texts):
    """What is wrong with an entry's place in the standard's newest text that it belongs to."""
    version, name = newest(entry, versions), entry["document"]
    anchors = texts.get(version, name).anchors_of.get(entry["quoteSha256"])
    if anchors is None:
        return [f"{name} of {version} has no line with this digest; look the line up and make the "
                "digest with --digest, or end the requirement with until"]
    if entry["anchor"] not in anchors:
        return [f"the line is not under #{entry['anchor']} in {name} of {version}; its headings "
                "are " + ", ".join(sorted(anchors))]
    return []


def drift_notes(entry, versions, texts):
    """The older versions of an entry's range that say it in other words."""
    first, last = (versions.index(v) for v in (entry["since"], newest(entry, versions)))
    other = [v for v in versions[first:last]
             if entry["quoteSha256"] not in texts.get(v, entry["document"]).anchors_of]
    return [f"worded differently in {', '.join(other)}"] if other else []


def order_errors(entries):
    """Pairs of neighbours that are out of order, and ids that stand twice."""
    errors = []
    for before, after in zip(entries, entries[1:]):
        if before["id"] == after["id"]:
            errors.append((after["id"], "stands twice; give one of them its own id"))
        elif before["id"] > after["id"]:
            errors.append((after["id"], f"stands after {before['id']}; sort the entries by id"))
    return errors


def uncovered(ledger, texts, version):
    """The demanding lines of the ledger's documents in one version that no entry quotes."""
    quotes, found = {}, []
    for entry in ledger["requirements"]:
        quotes.setdefault(entry["document"], set()).add(entry["quoteSha256"])
    for name in sorted(quotes):
        # A document that is younger than this version has nothing to cover in it.
        if not (texts.folder / f"v{version}" / name).exists():
            continue
        for number, line, _ in texts.get(version, name).lines:
            if DEMANDS.search(line) and digest(line) not in quotes[name]:
                found.append(f"{name}:{number}: {normalise(line)}")
    return found


def load(path):
    """The ledger at a path; Unreadable when it is not one."""
    try:
        ledger = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        entries = ledger["requirements"]
        texts = [value for entry in entries for value in (entry["id"], *entry.values())]
        texts += [ledger["standard"], *ledger["versions"]]
        if not ledger["versions"] or not all(isinstance(text, str) for text in texts):
            raise ValueError("no versions, or a member that is not a text")
        return ledger
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(f"{path}: not a readable ledger ({error}); its format is in README.md "
                         "beside this program") from error


def check(path, ledger, texts):
    """Prints errors and notes; returns whether the ledger holds."""
    versions, failed = ledger["versions"], order_errors(ledger["requirements"])
    for entry in ledger["requirements"]:
        errors = shape_errors(entry, ledger) or quote_errors(entry, versions, texts)
        failed += [(entry["id"], error) for error in errors]
        for note in [] if errors else drift_notes(entry, versions, texts):
            print(f"{path}: note: {entry['id']}: {note}")
    for where, error in failed:
        print(f"{path}: error: {where}: {error}", file=sys.stderr)
    print(f"{path}: {len(ledger['requirements'])} requirements, {len(failed)} errors")
    return not failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", nargs="?", help="the ledger's JSON file")
    parser.add_argument("texts", nargs="?", metavar="TEXTDIR", help="one folder per version")
    parser.add_argument("--uncovered", nargs="?", const="newest", metavar="VERSION",
                        help="also list the demanding lines that no entry quotes (default: newest "
                             "version)")
    parser.add_argument("--digest", metavar="LINE", help="print the digest of one line and stop")
    arguments = parser.parse_args()
    if arguments.digest is not None:
        print(digest(arguments.digest))
        return 0
    if not arguments.texts:
        parser.error("a ledger and TEXTDIR are needed (or --digest LINE)")
    try:
        ledger, texts = load(arguments.ledger), Texts(arguments.texts)
        version = arguments.uncovered
        version = ledger["versions"][-1] if version == "newest" else version
        if version and version not in ledger["versions"]:
            parser.error(f"unknown version {version}; the ledger knows "
                         + ", ".join(ledger["versions"]))
        if not check(arguments.ledger, ledger, texts):
            return 1
        for line in uncovered(ledger, texts, version) if version else []:
            print(f"no entry quotes {line}")
        return 0
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
