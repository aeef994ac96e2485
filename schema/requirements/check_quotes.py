#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_quotes.py LEDGER TEXTS: does every entry's quoteSha256 still name a sentence of the standard?

TEXTS holds one folder per version, v1.0.2/ and so on, with the standard's Markdown. --uncovered also lists the lines with a
normative word that no entry quotes; --digest TEXT prints the digest of one line.
"""
import hashlib
import json
import pathlib
import re
import sys

NORMATIVE = re.compile(r"\b(MUST|SHALL|REQUIRED|SHOULD)\b")


def normalise(line):
    """The line without list markers, table bars, emphasis, anchors and link targets, and with single spaces."""
    line = re.sub(r"<a name[^>]*>(</a>)?", "", line).strip()
    line = re.sub(r"^(>\s*)+", "", line)
    line = re.sub(r"^([*+-]|\d+\.)\s+", "", line)
    if line.startswith("|") or re.match(r"`\w+ *` +\|", line):
        line = " ".join(cell.strip() for cell in line.strip("|").split("|"))
    line = re.sub(r"\[([^\[\]]*(?:\[\][^\[\]]*)*)\](\([^)]*\)|\[[^\]]*\])", r"\1", line)
    line = line.replace("**", "").replace("`", "")
    line = re.sub(r"(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", line)
    return re.sub(r"\s+", " ", line).strip()


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def read_lines(path):
    """{digest: line} of a document, without its code blocks and headings."""
    lines = {}
    in_code = False
    for line in path.read_text().splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code and line.strip() and not line.startswith("#"):
            text = normalise(line)
            lines[digest(text)] = text
    return lines


def main(arguments):
    if len(arguments) == 2 and arguments[0] == "--digest":
        print(digest(normalise(arguments[1])))
        return 0
    uncovered = "--uncovered" in arguments
    paths = [pathlib.Path(argument) for argument in arguments if argument != "--uncovered"]
    if len(paths) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    ledger = json.loads(paths[0].read_text())
    documents = {}

    def lines_of(version, document):
        key = (version, document)
        if key not in documents:
            path = paths[1] / f"v{version}" / document
            documents[key] = read_lines(path) if path.exists() else {}
        return documents[key]

    newest = ledger["versions"][-1]
    lost = 0
    covered = set()
    for entry in ledger["requirements"]:
        version = entry.get("until", newest)
        covered.add((entry["document"], entry["quoteSha256"]))
        if entry["quoteSha256"] not in lines_of(version, entry["document"]):
            lost += 1
            print(f"{entry['id']}: {entry['document']} {version} has no such sentence; read it again and renew the digest")
    if uncovered:
        for document in sorted({entry["document"] for entry in ledger["requirements"]}):
            for key, text in lines_of(newest, document).items():
                if NORMATIVE.search(text) and (document, key) not in covered:
                    print(f"{document}: not covered: {text[:160]}")
    print(f"{len(ledger['requirements'])} entries, {lost} lost")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
