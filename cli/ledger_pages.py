#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes docs/requirements/ and docs/rules/: a page for each area of a standard's ledger and of the validator's rules, with an anchor for each.

Usage: ledger_pages.py LOADLINE [--check]
--check: exit 1 when a page is older than what it is made from, and say which.
"""
import collections
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
sys.path.insert(0, str(ROOT / "validator" / "rules"))
from examples import examples_of  # noqa: E402

MADE = "<!-- Made by cli/ledger_pages.py: change the ledger, the rule or the case, and make it again. SPDX-License-Identifier: Apache-2.0 -->"
NAMED = 6  # of what judges a requirement; `loadline explain` names all
TOO_LONG = 900  # characters of an example that is shown
SEEN_AS = {"MUST": "an error", "SHOULD": "a warning", "MAY": "a note"}
BY = {"runtime": "of the runtime", "document": "of whoever writes the document", "caller": "of the caller", "other": "of somebody else"}
WHAT = {  # the areas of rules: what they look at
    "aci": "app container images: the archive and what lies beside it", "annotations": "annotations of images", "appc": "manifests of app container images and pods",
    "bundle": "a bundle's files", "config": "`config.json`", "conversion": "a bundle beside the image that it was made from",
    "descriptor": "descriptors of content", "discovery": "pages of appc's discovery", "docker": "archives of `docker save`", "features": "the features document of a runtime",
    "image": "image layouts and archives as a whole", "image-config": "configurations of images", "index": "image indexes", "json": "the text of any JSON document",
    "layer": "layers, entry by entry", "manifest": "image manifests", "name": "names that are judged by themselves (`--kind tag` …)", "oci-layout": "the file `oci-layout`",
    "platform": "platforms in indexes and configurations", "same": "two paths that are asked to be the same", "schema": "the form of a document, by its JSON Schema",
    "signature": "signatures", "state": "the state document of a runtime",
}


def listed(loadline, what):
    run = subprocess.run([loadline, "list", what, "--format", "json"], check=True, capture_output=True, text=True)
    return {entry["id"]: entry for entry in json.loads(run.stdout)}


def anchor(name):
    return name.replace("/", "-")


def plain(text):
    """Text of ours, in Markdown."""
    for sign, written in (("\\", "\\\\"), ("&", "&amp;"), ("<", "&lt;"), ("*", "\\*"), ("[", "\\["), ("|", "\\|"), ("`", "\\`"), ("~", "\\~"), ("_", "\\_")):
        text = text.replace(sign, written)
    return text


def code(text):
    fence = "``" if "`" in text else "`"
    return f"{fence} {text} {fence}" if fence == "``" else f"`{text}`"


def count(number, noun):
    return f"{number} {noun}" + ("" if number == 1 else "s")


def requirement_page(name):
    standard, area = name.split("/")[:2]
    return f"requirements/{standard}/{area}.md"


def rule_page(name):
    return f"rules/{name.split('/', 1)[0]}.md"


def heading(name):
    return [f'<a id="{anchor(name)}"></a>', "", f"### {code(name)}", ""]


class Ledgers:
    def __init__(self, loadline):
        self.requirements = listed(loadline, "requirements")
        self.rules = listed(loadline, "rules")
        self.cases = listed(loadline, "cases")
        self.examples = examples_of(loadline, self.rules)
        self.titles = {json.loads(file.read_text())["standard"]: json.loads(file.read_text())["title"]
                       for file in (ROOT / "schema" / "requirements").glob("*.json")}

    def judges(self, requirement):
        """A line for each rule, and one for the cases of each file."""
        lines = []
        by_file = collections.defaultdict(list)
        for judge in requirement["judgedBy"]:
            if judge in self.cases:
                by_file[self.cases[judge]["file"]].append(judge)
            else:
                lines.append(f"* judged by the rule [{code(judge)}](../../{rule_page(judge)}#{anchor(judge)})")
        for file, ids in sorted(by_file.items()):
            noun = "case" if file.endswith(".json") else "check"
            named = ", ".join(map(code, ids[:NAMED])) + (f" and {len(ids) - NAMED} more" if len(ids) > NAMED else "")
            lines.append(f"* judged by {count(len(ids), noun)} of [{file}](../../../{file}): {named}")
        if not lines:
            lines.append(f"* nothing judges it: {plain(requirement['reason'])}" if "reason" in requirement else "* nothing judges it yet")
        return lines

    def requirement(self, one):
        versions = f"{one['since']} to {one['until']}" if "until" in one else f"since {one['since']}"
        source = one["source"] if one["source"].startswith("https:") else f"../../../{one['source']}"
        return [*heading(one["id"]), plain(one["statement"]), "",
                f"* a {one['level']} {BY[one['addressee']]}, {versions}: [{plain(one['document'])}, {plain(one['anchor'])}]({source})", *self.judges(one), ""]

    def requirement_pages(self):
        pages = collections.defaultdict(list)
        for one in self.requirements.values():
            pages[requirement_page(one["id"])].append(one)
        for path, entries in pages.items():
            standard = entries[0]["id"].split("/")[0]
            area = entries[0]["id"].split("/")[1]
            text = [MADE, "", f"# {self.titles[standard]}: {area}", "", f"{self.counted(entries)} [All areas](../README.md).", ""]
            groups = collections.defaultdict(list)
            for one in entries:
                groups["/".join(one["id"].split("/")[:3])].append(one)
            if len(groups) > 1:
                text += [" · ".join(f"[{group.rsplit('/', 1)[1]}](#{anchor(members[0]['id'])})" for group, members in groups.items()), ""]
            for one in entries:
                text += self.requirement(one)
            yield path, text

    @staticmethod
    def counted(entries):
        judged = sum(bool(one["judgedBy"]) for one in entries)
        reasons = sum(not one["judgedBy"] and "reason" in one for one in entries)
        return f"{count(len(entries), 'requirement')}: {judged} judged, {reasons} with a reason why nothing can, {len(entries) - judged - reasons} not yet."

    def requirement_index(self):
        text = [MADE, "", "# The requirements", "",
                "Every demand of a standard that Loadline knows of, with what judges it, or why nothing does. `loadline explain ID` says the same of one, `loadline",
                "list requirements` lists them; the ledgers are in [schema/requirements/](../../schema/requirements/README.md). The anchor of a requirement is its",
                "id with `-` for `/`.", ""]
        standards = collections.defaultdict(lambda: collections.defaultdict(list))
        for one in self.requirements.values():
            standards[one["id"].split("/")[0]][one["id"].split("/")[1]].append(one)
        for standard, areas in standards.items():
            text += [f"## {self.titles[standard]}", "", self.counted([one for area in areas.values() for one in area]), "",
                     "| area | requirements | MUST | judged |", "|---|---|---|---|"]
            text += [f"| [{area}]({standard}/{area}.md) | {len(all_)} | {sum(one['level'] == 'MUST' for one in all_)} | {sum(bool(one['judgedBy']) for one in all_)} |"
                     for area, all_ in sorted(areas.items())]
            text.append("")
        return text

    def example(self, rule):
        example = self.examples.get(rule)
        if example is None:
            return []
        way_out = [f"* way out: {plain(example['hint'])}"] if example["hint"] else []
        if "image" in example:
            return [*way_out, f"* for example: {plain(example['image'])}", ""]
        change, near = (json.dumps(example[key], ensure_ascii=False) for key in ("change", "near"))
        if len(change) > TOO_LONG:
            return [*way_out, ""]
        at = f" at {code(example['pointer'])}" if example["pointer"] else ""
        lines = [*way_out, f"* for example, a sound {example['kind']} with this in it: {plain(example['message'])}{at}", "", "```json", change, "```", ""]
        if len(near) <= TOO_LONG and near != "{}":
            lines += ["and with this nothing is found:", "", "```json", near, "```", ""]
        return lines

    def rule(self, one):
        cited = [f"* cites [{code(name)}](../{requirement_page(name)}#{anchor(name)}): {plain(self.requirements[name]['statement'])}" for name in one["requirements"]]
        return [*heading(one["id"]), plain(one["title"]), "", f"* otherwise {SEEN_AS[one['level']]} ({one['level']})", *(cited or ["* no standard asks for it: advice of ours"]),
                *(self.example(one["id"]) or [""])]

    def rule_areas(self):
        areas = collections.defaultdict(list)
        for one in self.rules.values():
            areas[one["id"].split("/", 1)[0]].append(one)
        return dict(sorted(areas.items()))

    def rule_pages(self):
        for area, entries in self.rule_areas().items():
            text = [MADE, "", f"# Rules: {area}", "", f"{count(len(entries), 'rule')} on {WHAT[area]}. [All areas](README.md).", ""]
            for one in sorted(entries, key=lambda rule: rule["id"]):
                text += self.rule(one)
            yield rule_page(f"{area}/"), text

    def rule_index(self):
        text = [MADE, "", "# The rules", "",
                "What `loadline validate` finds beside what a schema says: what holds when all is well, the requirements that it cites, the way out and an example, which",
                "are those of the tests. `loadline explain ID` shows one; `--ignore ID` and `.loadline.json` leave one out ([validate.md](../validate.md)). The anchor of",
                "a rule is its id with `-` for `/`.", "", "| area | rules | on |", "|---|---|---|"]
        text += [f"| [{area}]({area}.md) | {len(entries)} | {WHAT[area]} |" for area, entries in self.rule_areas().items()]
        return [*text, ""]

    def pages(self):
        """{path below docs/: text}"""
        lines = {"requirements/README.md": self.requirement_index(), "rules/README.md": self.rule_index()}
        lines |= dict(self.requirement_pages()) | dict(self.rule_pages())
        return {path: "\n".join(text).rstrip("\n") + "\n" for path, text in lines.items()}


def there():
    return {str(path.relative_to(DOCS)) for folder in ("requirements", "rules") for path in (DOCS / folder).rglob("*.md")}


def main():
    if len(sys.argv) < 2 or sys.argv[2:] not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    pages = Ledgers(sys.argv[1]).pages()
    if sys.argv[2:] == ["--check"]:
        stale = [path for path, text in pages.items() if path not in there() or (DOCS / path).read_text() != text] + sorted(there() - pages.keys())
        for path in stale:
            print(f"docs/{path} is not what the ledgers say: run cli/ledger_pages.py LOADLINE")
        return 1 if stale else 0
    for path in there() - pages.keys():
        (DOCS / path).unlink()
    for path, text in pages.items():
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
