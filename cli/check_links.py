#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Follows every relative link of README.md, CONTRIBUTING.md, the READMEs of the folders and docs/: the file has to be there, and the anchor in it.

Usage: check_links.py [ROOT]. Exit status: 0 all lead somewhere, 1 one does not. Addresses of the web are left alone.
"""
import functools
import pathlib
import re
import sys
import urllib.parse

LEFT_OUT = {"build", "node_modules", ".git"}
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s*(\S+)|<(?:a|img)\b[^>]*\b(?:href|src)=\"([^\"]+)\"", re.MULTILINE)
FENCED = re.compile(r"^(```+|~~~+).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)


def words_of(markdown):
    """The page without what is code: nothing in it is a link."""
    return CODE.sub(lambda match: "" if "](" in match.group() else match.group(), FENCED.sub("", markdown))


def slug(heading):
    """The anchor that a heading gets of itself, as GitHub makes it."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


@functools.lru_cache(maxsize=None)
def anchors_of(path):
    text = path.read_text()
    found = set(re.findall(r"\b(?:id|name)=\"([^\"]+)\"", text))
    if path.suffix == ".md":
        seen = {}
        for heading in re.findall(r"^#{1,6}\s+(.+?)\s*#*$", FENCED.sub("", text), re.MULTILINE):
            name = slug(heading)
            found.add(name if name not in seen else f"{name}-{seen[name]}")
            seen[name] = seen.get(name, 0) + 1
    return found


def wrong_links(root, page):
    for match in LINK.finditer(words_of(page.read_text())):
        link = next(group for group in match.groups() if group)
        parts = urllib.parse.urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (page.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else page
        if root not in target.parents and target != root:
            yield link, "leads out of the repository"
        elif not target.exists():
            yield link, "is not there"
        elif parts.fragment and (target.suffix not in (".md", ".html") or parts.fragment not in anchors_of(target)):
            yield link, f"has no anchor {parts.fragment}"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()
    pages = [page for page in root.rglob("*.md") if not LEFT_OUT & set(page.relative_to(root).parts)]
    wrong = [f"{page.relative_to(root)}: {link} {why}" for page in sorted(pages) for link, why in wrong_links(root, page)]
    print("\n".join([*wrong, f"{len(pages)} pages, {len(wrong)} wrong links"]))
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main())
