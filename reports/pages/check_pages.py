#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at our pages in a browser, as a reader would.

Each page (of a good and a bad candidate, of hostile text, of a document, of eight candidates, of their iron triangle, of a candidate over time, and of
the reports given) is opened at the widths of a phone, a tablet and a desktop, light and dark, with script and without. It must not be wider than the
window, break its own policy or have anything that axe-core finds fault with, folded or unfolded; hostile text must not run, and neither
may a script that somebody put into the page; the search must find; on paper what matters must stand open.
Usage: check_pages.py LOADLINE [--pictures DIRECTORY] [--quick] [--page NAME]… [REPORT…]   (--quick: two widths, and axe-core at one)
Exit status: 0 all is well, 1 not, 2 wrong usage, 4 there is no browser or no axe-core.
"""

import argparse
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # the source tree stays as it is
import sample_reports  # noqa: E402
from browser import Browser, BrowserError, Tab  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXE = ROOT / "build/pages/node_modules/axe-core/axe.min.js"
WIDTHS = (400, 800, 1200)
UNFOLD = "document.querySelectorAll('details').forEach((one) => { one.open = true; }), 0"
RUN_AXE = """axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations.map(
  (one) => one.id + ': ' + one.help + ' (' + one.nodes.length + ', e.g. ' + one.nodes[0].html.slice(0, 200) + ')'))"""


class Checker:
    def __init__(self, browser, pictures, quick):
        self.browser, self.pictures, self.quick = browser, pictures, quick
        self.axe = AXE.read_text()
        self.faults = []
        self.looks = 0

    def expect(self, good, page, what):
        self.looks += 1
        if not good:
            self.faults.append(f"{page}: {what}")
            print(f"  {page}: {what}", file=sys.stderr)

    def look(self, name, path, width, scheme, script):
        where = f"{name} at {width}, {scheme}, {'with' if script else 'without'} script"
        with Tab(self.browser, width, scheme, script) as tab:
            tab.open(path)
            said = tab.complaints()
            self.expect(not said, where, f"the browser complains: {said[:3]}")
            self.expect(tab.evaluate("document.title !== 'broken'"), where, "hostile text has run")
            self.expect(tab.evaluate("document.querySelector('.search').hidden") != script, where, "the search is shown where it cannot work, or not where it can")
            if self.pictures and script:
                tab.screenshot(f"{self.pictures}/{name}-{width}-{scheme}.png", whole=True)
            for folds in ("folded", "unfolded"):
                if folds == "unfolded":
                    tab.evaluate(UNFOLD)
                wide = tab.content_width()
                self.expect(wide <= width, where, f"{folds}, it is {wide} wide")
                if script and not (self.quick and width != WIDTHS[0]):
                    tab.evaluate(self.axe + ";0")
                    violations = tab.evaluate(RUN_AXE)
                    self.expect(not violations, where, f"{folds}: {violations}")

    def axe_notices(self, path):
        """What is wrong for readers who do not see is found: otherwise no finding would say nothing."""
        with Tab(self.browser, WIDTHS[0]) as tab:
            tab.open(path)
            tab.evaluate("document.querySelector('main').append(document.createElement('img'), document.createElement('select'))")
            tab.evaluate(self.axe + ";0")
            found = " ".join(tab.evaluate(RUN_AXE))
            self.expect("image-alt" in found and "select-name" in found, "axe-core", f"it finds of two faults {found!r}")

    def search(self, name, path):
        """A word of one result alone leaves that one; nothing leaves none; no word brings all back."""
        count = "Array.from(document.querySelectorAll('[data-verdict]')).filter((one) => one.checkVisibility()).length"
        with Tab(self.browser, 800) as tab:
            tab.open(path)

            def find(text):
                tab.evaluate(f"(() => {{ const field = document.querySelector('.search input'); field.value = {json.dumps(text)}; "
                             "field.dispatchEvent(new Event('input')); })()")
                return tab.evaluate(count)
            before = tab.evaluate(count)
            word = tab.evaluate("document.querySelector('[data-verdict] code').textContent.split('@')[0]")
            self.expect(0 < find(word) <= 40, name, f"the search for {word} finds {find(word)}")
            self.expect(find("no-such-word-anywhere") == 0, name, "the search finds what is not there")
            self.expect(find("") == before, name, "the search does not bring all back")
            tab.evaluate("(() => { const choice = document.querySelector('select[data-by=verdict]'); choice.selectedIndex = 1; "
                         "choice.dispatchEvent(new Event('change')); })()")
            strays = tab.evaluate("Array.from(document.querySelectorAll('[data-verdict]')).filter((one) => !one.hidden && !one.dataset.verdict.split(' ')"
                                  ".includes(document.querySelector('select[data-by=verdict]').value)).length")
            self.expect(strays == 0, name, f"{strays} of other verdicts are left")

    def paper(self, name, path):
        """What nobody expected is readable on paper."""
        with Tab(self.browser, 800, media="print") as tab:
            tab.open(path)
            hidden = tab.evaluate("Array.from(document.querySelectorAll('#unexpected details.result dl')).filter((one) => "
                                  "!one.checkVisibility({contentVisibilityAuto: true})).length")
            self.expect(hidden == 0, name, f"on paper {hidden} unexpected results stay folded")
            self.expect(not tab.evaluate("document.querySelector('.search').checkVisibility()"), name, "the search is on paper")
            self.expect(tab.evaluate("getComputedStyle(document.querySelector('.faint')).color") == "rgb(51, 51, 51)", name, "the grey of paper is too light")

    def injection(self, path, directory):
        """What gets past the escaping does not run; without the policy it would, so that this could fail."""
        page = pathlib.Path(path).read_text()
        evil = "<script>document.title = 'broken'</script><img src=\"x\" onerror=\"document.title = 'broken'\"><p id=\"evil\" style=\"color: rgb(1, 2, 3)\">x</p>"
        policy = page[page.index("<meta http-equiv"):page.index(">", page.index("<meta http-equiv")) + 1]
        for protected in (True, False):
            spoilt = directory / f"spoilt-{protected}.html"
            spoilt.write_text(page.replace("<main>", "<main>" + evil).replace("" if protected else policy, ""))
            with Tab(self.browser, 800) as tab:
                tab.open(spoilt)
                said = " ".join(tab.complaints())
                ran = tab.evaluate("document.title") == "broken"
                coloured = tab.evaluate("getComputedStyle(document.querySelector('#evil')).color") == "rgb(1, 2, 3)"
                self.expect(ran != protected, "policy", f"{'with' if protected else 'without'} it the script {'runs' if ran else 'does not run'}")
                self.expect(coloured != protected, "policy", f"{'with' if protected else 'without'} it the style {'counts' if coloured else 'does not count'}")
                self.expect(("Content Security Policy" in said) == protected, "policy", f"the browser says {said[:200]!r}")


def make_pages(loadline, directory, reports, wanted):
    """{name: path of the page} of those wanted, or all."""
    pages = {}
    made = sample_reports.write_all(directory)
    for report in reports:
        made[pathlib.Path(report).stem] = (["report", "render"], [report])
    certified = [report for report in reports if b'"kind": "comparison"' not in pathlib.Path(report).read_bytes()[:4000]]
    if len(certified) > 1:
        made["compare-given"] = (["compare"], certified)
    made["triangle"] = made["compare"]
    for name, (verb, files) in made.items():
        if wanted and name not in wanted:
            continue
        pages[name] = str(directory / f"{name}.html")
        form = "triangle" if name == "triangle" else "html"
        done = subprocess.run([loadline, *verb, *files, "--format", form], capture_output=True, check=False)
        if done.returncode not in (0, 1, 4) or not done.stdout:
            raise SystemExit(f"{name}: loadline {' '.join(verb)} ended with {done.returncode}: {done.stderr.decode()}")
        pathlib.Path(pages[name]).write_bytes(done.stdout)
    return pages


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("loadline")
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--page", action="append", help="only the page of this name (of sample_reports.py, or of a report)")
    parser.add_argument("reports", nargs="*")
    options = parser.parse_intermixed_args()
    if not AXE.is_file():
        print(f"skipped: there is no {AXE.relative_to(ROOT)}; scripts/setup pages installs it", file=sys.stderr)
        return 4
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        directory = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pages = make_pages(options.loadline, directory, options.reports, options.page)
        try:
            browser = stack.enter_context(Browser())
        except BrowserError as error:
            print(f"skipped: {error}", file=sys.stderr)
            return 4
        checker = Checker(browser, options.pictures, options.quick)
        for name, path in pages.items():
            print(name, file=sys.stderr)
            for width in WIDTHS[::2] if options.quick else WIDTHS:
                for scheme in ("light", "dark"):
                    for script in (True, False):
                        checker.look(name, path, width, scheme, script)
            if not name.startswith("hostile"):  # all of it is the same text
                checker.search(name, path)
            checker.paper(name, path)
        if "validation" in pages:
            checker.axe_notices(pages["validation"])
            checker.injection(pages["validation"], directory)
    print(f"{checker.looks} looks at {len(pages)} pages, {len(checker.faults)} faults")
    return 1 if checker.faults else 0


if __name__ == "__main__":
    sys.exit(main())
