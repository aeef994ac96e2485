#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Signs and verifies as people do, with openssl for the keys, and looks at what came out with other
programs than ours.

The report is one of a small validation, or (--all, which takes a minute) of a dry run in which
everything is said to have passed: what a run costs has nothing to do with what is tried here.
Usage: certificates.py LOADLINE [--all] [NAME...]. Exit status: 0 all is as it should be, 1 it is
not, 2 wrong usage.
"""

import base64
import copy
import hashlib
import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[1]
spec = importlib.util.spec_from_file_location("tampered",
                                              SOURCE / "validator/image/tampered_images.py")
tampered = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tampered)

TRIALS = {}
LOADLINE = None


def trial(function):
    TRIALS[function.__name__.replace("_", "-")] = function
    return function


def whole(function):
    """A trial that wants the report of a whole run."""
    function.whole = True
    return trial(function)


def run(*command, status=0, **options):
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False, **options)
    assert done.returncode == status, f"{command}: {done.returncode}, not {status}\n{done.stdout}"
    return done.stdout


def loadline(*arguments, status=0):
    return run(LOADLINE, *arguments, status=status)


def new_key(folder, name, *kind):
    private, public = folder / f"{name}.pem", folder / f"{name}.pub.pem"
    run("openssl", "genpkey", *(kind or ("-algorithm", "ed25519")), "-out", private)
    private.chmod(0o600)
    run("openssl", "pkey", "-in", private, "-pubout", "-out", public)
    return private, public


P256 = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")


def whole_report(*words):
    """As a whole run of our runtime (or one that was asked for so) writes it that passed everything."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "dry.json"
        loadline("certify", "loadline", *words, "--dry-run", "--quiet", "--report", f"json={path}")
        report = json.loads(path.read_text())
    del report["run"]["dryRun"]
    report["subjects"][0]["verdict"] = "pass"
    for result in report["results"]:
        result.update(verdict="pass", expected="pass", message="")
    return counted(report)


OTHER_PLATFORMS = [f"config-{name}.md" for name in ("windows", "solaris", "vm", "zos", "freebsd")]


def binds(requirement, version):
    """Whether it binds a runtime on Linux in this version of the standard."""
    def number(text):
        return tuple(int(part) for part in text.split("-")[0].split("."))
    return requirement["addressee"] == "runtime" and \
        requirement["document"] not in OTHER_PLATFORMS and \
        number(requirement["since"]) <= number(version) <= number(requirement.get("until", version))


def requirements_of(report, standard):
    """What a report says of the requirements of a standard."""
    ledger = json.loads((SOURCE / f"schema/requirements/{standard}.json").read_text())
    known = {one["id"] for one in ledger["requirements"] if binds(one, report["spec"])}
    judging = [one for one in report["results"]
               if one["verdict"] in ("pass", "fail", "warn", "timeout")]
    judged = {name for one in judging for name in one["requirements"]} & known
    failed = {name for one in judging if one["verdict"] != "pass"
              for name in one["requirements"]} & known
    return {"total": len(known), "judged": len(judged), "passed": len(judged - failed),
            "failed": len(failed)}


def counted(report):
    summary = dict.fromkeys(report["summary"], 0)
    for result in report["results"]:
        summary[result["verdict"]] += 1
        if result["verdict"] in ("pass", "fail", "error") and \
                (result["verdict"] == "error" or result["verdict"] != result["expected"]):
            summary["unexpected"] += 1
    if report["kind"] == "validation":
        return {**report, "summary": summary}
    return {**report, "summary": summary, "requirements": requirements_of(report, "oci-runtime"),
            "beyond": requirements_of(report, "loadline")}


def sound_report(folder):
    """Of a bundle with one thing that SHOULD be otherwise."""
    bundle = folder / "bundle"
    shutil.copytree(SOURCE / "cli/golden/files/good", bundle)
    config = json.loads((bundle / "config.json").read_text())
    config["hooks"] = {"prestart": [{"path": "/bin/true"}]}
    (bundle / "config.json").write_text(json.dumps(config))
    loadline("validate", bundle, "--quiet", "--report", f"json={folder / 'sound.json'}")
    report = json.loads((folder / "sound.json").read_text())
    (folder / "sound.json").unlink()
    return report


class Desk:
    """A folder with keys and a report."""

    report_of_all = None

    def __init__(self, folder, whole_run):
        self.folder = folder
        self.key, self.public = new_key(folder, "key")
        if whole_run and Desk.report_of_all is None:
            Desk.report_of_all = whole_report()
        self.value = Desk.report_of_all if whole_run else sound_report(folder)
        self.report = self.write("report.json", self.value)
        self.certificate = folder / "certificate.json"

    def write(self, name, value):
        path = self.folder / name
        path.write_text(json.dumps(value))
        return path

    def sign(self, *more, report=None, status=0):
        return loadline("sign", report or self.report, "--key", self.key, "-o", self.certificate,
                        *more, status=status)

    def verify(self, *more, status=0):
        words = ("verify", self.certificate, "--key", self.public, *more)
        said = loadline(*words, status=status)
        if status in (0, 1):
            last = said.rstrip("\n").rsplit("\n", 1)[-1]
            assert last.startswith("VALID: " if status == 0 else "NOT VALID: "), said
        return said

    def changed(self, edit):
        report = copy.deepcopy(self.value)
        edit(report)
        return self.write("changed.json", counted(report) if "run" in report else report)


def refused(desk, edit, *words, more=()):
    desk.certificate.unlink(missing_ok=True)
    said = desk.sign(*more, report=desk.changed(edit), status=1)
    for word in words:
        assert word in said, f"no \"{word}\" in\n{said}"
    assert not desk.certificate.exists()


def fail(report, expected="fail", reason="as the release notes say"):
    one = next(result for result in report["results"]
               if result["level"] == "MUST" and
               "".join(result["requirements"][:1]).startswith("oci-runtime/"))
    one.update(verdict="fail", expected=expected, message="it is not so")
    report["subjects"][0]["verdict"] = "fail"
    if reason:
        one["reason"] = reason


@whole
def whole_runs_are_conformant(desk):
    assert "loadline: conformant, 1 signature" in desk.sign()
    said = desk.verify("--report", desk.report)
    for check in ("signatures", "validity", "evidence", "statement", "machine", "candidate"):
        assert f"  {check} " in said, said
    statement = statement_of(desk.certificate)
    runtime = pathlib.Path(LOADLINE).resolve().parent / "loadline-runtime"
    digests = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
    assert "sha256:" + digests[str(runtime)] == tampered.sha(runtime.read_bytes())
    assert len(statement["predicate"]["passedTests"]) == len(desk.value["results"])
    names = {one["name"] for one in statement["predicate"]["configuration"]}
    assert {"cases", "expectations", "ledger/oci-runtime", "loadline", "probe"} <= names, names
    said = desk.verify("--verbose", "--document")
    for word in ("ATE_COV", "not judged oci-runtime/", "no assurance level is claimed"):
        assert word in said, said
    found = json.loads(loadline("verify", desk.certificate, "--key", desk.public, "--format",
                                "json"))
    assert found["valid"] and found["certificates"][0]["conformity"] == "conformant", found


@whole
def figures_are_carried(desk):
    """What the page says to type for them leaves nothing out that a certificate wants."""
    page = (SOURCE / "docs/certificates.md").read_text()
    words = re.search(r"loadline certify crun ((?:--battery \w+[\s\\]+)+)--report", page)[1]
    report = whole_report(*words.replace("\\", "").split())
    measured = {"ratio": 1.5, "low": 1.25, "high": 1.75, "margin": 0.5, "parity": "equivalent",
                "seed": 7}
    one = next(result for result in report["results"]
               if result["id"].startswith("loadline/efficiency/"))
    one["evidence"] = {"measured": {**measured, "pairs": 20}}
    desk.report = desk.write("report.json", report)
    desk.sign()
    desk.verify("--report", desk.report)
    figures = statement_of(desk.certificate)["predicate"]["loadlineCertificate"]["figures"]
    assert figures == [{"id": one["id"], **measured}], figures


@whole
def known_failures_are_signed_when_that_is_wanted(desk):
    refused(desk, fail, "as the release notes say", "--allow-exceptions")
    assert "conformant-except" in desk.sign("--allow-exceptions", report=desk.changed(fail))
    assert "known failure" in desk.verify()
    statement = statement_of(desk.certificate)
    assert statement["predicate"]["result"] == "WARNED"
    assert len(statement["predicate"]["failedTests"]) == 1
    exceptions = statement["predicate"]["loadlineCertificate"]["exceptions"]
    assert [one["reason"] for one in exceptions] == ["as the release notes say"], exceptions


@whole
def anything_else_is_refused_with_the_list(desk):
    allow = ("--allow-exceptions",)
    refused(desk, lambda report: fail(report, "pass", ""), "unexpected fail", more=allow)
    refused(desk, lambda report: report.update(started="2999-01-01T00:00:00Z"), "from the future")
    refused(desk, lambda report: fail(report, reason=""), "without a reason", more=allow)
    refused(desk, lambda report: fail(report, reason="not examined yet: x"), "without a reason",
            more=allow)
    refused(desk, lambda report: report["results"].pop(), "not a whole run: 1 of")
    refused(desk, lambda report: report.pop("run"), "does not say what it left out")
    refused(desk, lambda report: report["run"].update(only=["x*"]), "(--only)")
    refused(desk, lambda report: report["run"].update(shards=["1/4"]), "(--shard)")
    refused(desk, lambda report: report["suite"].update(cases="sha256:" + "0" * 64),
            "judged by other data (cases)")

    def too_little(report):
        for result in report["results"][::2]:
            result.update(verdict="environment", message="not here")
    refused(desk, too_little, "too little was judged", "the floor is 85 %")


@trial
def reports_that_are_none_are_unreadable(desk):
    text = desk.report.read_text()
    for name, bad in {"cut": text[:len(text) // 2], "twice": text.replace('{"id"', '{"id": "a", "id"', 1),
                      "other": "{}", "nothing": "", "more": text + "{}",
                      "old": text.replace('"schemaVersion": "1.', '"schemaVersion": "2.', 1)}.items():
        path = desk.folder / name
        path.write_text(bad)
        desk.sign(report=path, status=3)
    edited = json.loads(text)
    edited["summary"]["warn"] += 1
    assert "was edited" in desk.sign(report=desk.write("edited.json", edited), status=3)


@trial
def keys_are_looked_at_before_they_are_used(desk):
    secret = desk.key.read_text().splitlines()[1]

    def said(*arguments, status=3):
        text = loadline("sign", desk.report, *arguments, status=status)
        assert secret not in text
        return text
    desk.key.chmod(0o644)
    assert "chmod 600" in said("--key", desk.key)
    desk.key.chmod(0o600)
    public = shutil.copy(desk.public, desk.folder / "copy.pem")
    os.chmod(public, 0o600)
    assert "is a public key" in said("--key", public)
    assert "is a private key" in loadline("verify", desk.report, "--key", desk.key, status=3)
    locked = desk.folder / "locked.pem"
    run("openssl", "pkcs8", "-topk8", "-in", desk.key, "-passout", "pass:sesame", "-out", locked)
    locked.chmod(0o600)
    assert "--passphrase-file" in said("--key", locked)
    word = desk.folder / "word"
    for passphrase, status in (("barley", 3), ("sesame", 0)):
        word.write_text(passphrase + "\n")
        word.chmod(0o600)
        said("--key", locked, "--passphrase-file", word, "-o", desk.certificate, status=status)
    desk.verify()


def statement_of(certificate):
    return json.loads(base64.b64decode(json.loads(certificate.read_text())["payload"], validate=True))


@trial
def openssl_and_python_agree(desk):
    for kind, check in ((("-algorithm", "ed25519"), ("pkeyutl", "-verify", "-pubin", "-rawin", "-inkey")),
                        (P256, ("dgst", "-sha256", "-verify"))):
        desk.key, desk.public = new_key(desk.folder, "other", *kind)
        desk.sign()
        desk.verify()
        envelope = json.loads(desk.certificate.read_text())
        payload = base64.b64decode(envelope["payload"])
        of = envelope["payloadType"].encode()
        signed, signature = desk.folder / "signed", desk.folder / "signature"
        signed.write_bytes(b"DSSEv1 %d %s %d %s" % (len(of), of, len(payload), payload))
        signature.write_bytes(base64.b64decode(envelope["signatures"][0]["sig"]))
        der = subprocess.run(["openssl", "pkey", "-pubin", "-in", desk.public, "-outform", "DER"],
                             stdout=subprocess.PIPE, check=True).stdout
        assert tampered.sha(der) == "sha256:" + envelope["signatures"][0]["keyid"]
        last = ("-in", signed, "-sigfile", signature) if check[0] == "pkeyutl" else \
            ("-signature", signature, signed)
        run("openssl", *check, desk.public, *last)
        signed.write_bytes(signed.read_bytes() + b" ")
        run("openssl", *check, desk.public, *last, status=1)
    statement = statement_of(desk.certificate)
    assert statement["predicate"]["result"] == "PASSED"
    assert statement["predicate"]["warnedTests"] == ["config/hooks/prestart-deprecated"]
    config = (desk.folder / "bundle/config.json").read_bytes()
    assert "sha256:" + statement["subject"][0]["digest"]["sha256"] == tampered.sha(config)


def forge(desk, edit):
    """The certificate, as somebody else would have written it who has our key."""
    envelope = json.loads(desk.certificate.read_text())
    statement = statement_of(desk.certificate)
    edit(statement["predicate"]["loadlineCertificate"])
    payload = canonical(statement).encode()
    of = envelope["payloadType"].encode()
    signed, signature = desk.folder / "signed", desk.folder / "signature"
    signed.write_bytes(b"DSSEv1 %d %s %d %s" % (len(of), of, len(payload), payload))
    run("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", desk.key, "-in", signed, "-out",
        signature)
    envelope["payload"] = base64.b64encode(payload).decode()
    envelope["signatures"][0]["sig"] = base64.b64encode(signature.read_bytes()).decode()
    desk.certificate.write_text(canonical(envelope) + "\n")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def contradictions(desk, lies, second):
    """What a verifier and a second signer say to statements that their report does not bear out."""
    good = desk.certificate.read_text()
    folder = desk.folder / "shown"
    folder.mkdir()
    shutil.copy(desk.report, folder)
    for edit, message in lies:
        desk.certificate.write_text(good)
        forge(desk, edit)
        desk.verify("--document")
        for words in (("--report", desk.report), ("--evidence", folder)):
            assert message in desk.verify("--document", *words, status=1), message
        said = loadline("sign", desk.report, "--add", desk.certificate, "--key", second, status=1)
        assert "not signed again" in said and message in said, said
    desk.certificate.write_text(good)


@trial
def a_statement_says_what_its_report_does(desk):
    second, _ = new_key(desk.folder, "second")
    desk.sign()
    forge(desk, lambda ours: None)
    desk.verify("--report", desk.report)
    digest = "sha256:" + "0" * 64
    contradictions(desk, (
        (lambda ours: ours["counts"].update({"pass": 400}), "counts/pass is 400, and by the report"),
        (lambda ours: ours["subjects"][0].update(digest=digest), "subjects/0/digest is \"sha256:0"),
        (lambda ours: ours["judgedBy"].update(version="9"), 'judgedBy/version is "9", and by'),
        (lambda ours: ours["results"].clear(), "results/0 is nothing, and by the report"),
    ), second)


@whole
def a_certification_says_what_its_report_does(desk):
    second, _ = new_key(desk.folder, "second")
    desk.report = desk.write("report.json", json.loads(desk.changed(fail).read_text()))
    desk.sign("--allow-exceptions")
    contradictions(desk, (
        (lambda ours: ours.update(conformity="conformant"), 'conformity is "conformant", and by'),
        (lambda ours: ours["exceptions"].clear(), "exceptions/0 is nothing, and by the report"),
        (lambda ours: ours["requirements"].pop(), "is nothing, and by the report"),
        (lambda ours: ours["environment"].update(kernel="1"), 'environment/kernel is "1", and by'),
        (lambda ours: ours["figures"].append({"id": "x", "ratio": 1}), "figures/0 is {"),
        (lambda ours: ours["musts"].update(failed=0), "musts/failed is 0, and by the report"),
    ), second)
    # Who signs again judges the report as the first one has to.
    desk.sign("--allow-exceptions")
    loadline("sign", desk.report, "--add", desk.certificate, "--key", second)


@trial
def several_sign(desk):
    second, second_public = new_key(desk.folder, "second", *P256)
    desk.sign()
    again = ("--add", desk.certificate, "--key", second)
    assert "has to see what it is made from" in loadline("sign", *again, status=2)
    # Nobody's signature is taken for good that nobody looked at, and none that is wrong for any.
    assert "not looked at: the signature of the key" in loadline("sign", desk.report, *again)
    good = desk.certificate.read_text()
    envelope = json.loads(good)
    envelope["signatures"][0]["sig"] = base64.b64encode(b"x" * 64).decode()
    desk.certificate.write_text(canonical(envelope) + "\n")
    said = loadline("sign", desk.report, *again, "--signed-by", desk.public, status=1)
    assert "is not over this statement" in said, said
    desk.certificate.write_text(good)
    said = loadline("sign", desk.report, *again, "--signed-by", second_public, status=1)
    assert "0 of the keys given have signed" in said, said
    said = loadline("sign", desk.report, *again, "--signed-by", desk.public, "-o", desk.certificate)
    assert "not looked at" not in said, said
    desk.verify("--key", second_public)
    assert "which was not given" in desk.verify(status=1)
    desk.verify("--allow-others")
    _, third = new_key(desk.folder, "third")
    desk.verify("--key", second_public, "--key", third, "--threshold", "2")
    assert "and 3 have to" in desk.verify("--key", second_public, "--key", third, status=1)
    assert "different keys" in desk.verify("--key", desk.public, "--threshold", "2", status=2)
    other = desk.changed(lambda report: report["results"][0].update(title="another"))
    assert "not signed again" in loadline("sign", other, "--add", desk.certificate, "--key", second,
                                          status=1)


@whole
def it_belongs_to_one_machine_and_one_program(desk):
    for member, value in (("kernel", "1.2.3"), ("architecture", "pdp11"), ("cgroup", "v7")):
        desk.sign(report=desk.changed(lambda report: report["host"].update({member: value})))
        said = desk.verify(status=1)
        assert f"it is of another machine: its {member} is {value}, and here it is" in said, said
        desk.verify("--document")
    desk.sign()
    runtime = pathlib.Path(LOADLINE).resolve().parent / "loadline-runtime"
    copied = pathlib.Path(shutil.copy(runtime, desk.folder / "runtime"))
    desk.verify("--candidate", copied)
    copied.write_bytes(copied.read_bytes() + b"x")
    assert "which was not certified" in desk.verify("--candidate", copied, status=1)
    desk.verify("--candidate", "no-such-runtime", status=3)


@trial
def it_ends(desk):
    desk.sign("--valid-days", "1")
    desk.verify()
    assert "it ended at" in desk.verify("--at", "2999-01-01T00:00:00Z", status=1)
    assert "from the future" in desk.verify("--at", "2020-01-01T00:00:00Z", status=1)
    desk.verify("--at", "soon", status=2)


@trial
def evidence_is_closed(desk):
    folder = desk.folder / "evidence"
    folder.mkdir()
    (folder / "log.txt").write_text("what was said")
    shutil.copy(desk.report, folder)
    desk.sign("--evidence", folder / "log.txt")
    desk.verify("--evidence", folder)
    again = ("sign", desk.report, "--add", desk.certificate, "--key", desk.key)
    assert "log.txt was not given" in loadline(*again, status=1)
    loadline(*again, "--evidence", folder / "log.txt")
    desk.verify("--evidence", folder, "--report", desk.report)
    (folder / "more").write_text("")
    assert "more is there and was not certified" in desk.verify("--evidence", folder, status=1)
    (folder / "more").unlink()
    (folder / "log.txt").write_text("what was Said")
    assert "is not the file that was certified" in desk.verify("--evidence", folder, status=1)
    (folder / "log.txt").unlink()
    assert "log.txt is missing" in desk.verify("--evidence", folder, status=1)
    one = desk.write("one.json", desk.value["results"][0])
    assert "is a certified result" in desk.verify("--result", one)
    desk.write("one.json", {**desk.value["results"][0], "verdict": "fail"})
    assert "is not the result" in desk.verify("--result", one, status=1)


def attach(layout, manifest, **more):
    """Puts the manifest of an artifact into a layout, as somebody else's program would."""
    data = json.dumps(manifest).encode()
    digest = tampered.sha(data)
    (layout / "blobs/sha256" / digest[7:]).write_bytes(data)
    index = json.loads((layout / "index.json").read_text())
    index["manifests"].insert(0, {"mediaType": manifest["mediaType"], "digest": digest,
                                  "size": len(data),
                                  "artifactType": "application/vnd.in-toto+json", **more})
    (layout / "index.json").write_text(json.dumps(index))
    return layout / "blobs/sha256" / digest[7:]


@trial
def what_stands_beside_it_takes_it_not_away(desk):
    layout = tampered.Image().write(desk.folder / "layout")
    desk.sign("--layout", layout)
    words = ("verify", "--layout", layout, "--key", desk.public, "--document")
    loadline(*words)
    index = json.loads((layout / "index.json").read_text())
    own = index["manifests"][1]["digest"]
    manifest = json.loads((layout / "blobs/sha256" / own[7:]).read_text())

    def other(text, annotations=None):
        data = text.encode()
        (layout / "blobs/sha256" / tampered.sha(data)[7:]).write_bytes(data)
        layer = {"mediaType": "application/vnd.dsse.envelope.v1+json", "size": len(data),
                 "digest": tampered.sha(data), **({"annotations": annotations} if annotations else {})}
        return attach(layout, {**manifest, "layers": [layer]})
    # Attestations of others: how it was built, one that says not what it is, one of another form.
    other("{}", {"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"})
    other("{}")
    other("[" * 100000)
    foreign = {"payload": base64.b64encode(b"{}").decode(), "signatures": [],
               "payloadType": "application/vnd.in-toto+json"}
    for signature in ({"keyid": "", "sig": "YQ=="}, {"keyid": "0" * 64, "sig": "YQ=="}):
        other(canonical({**foreign, "signatures": [signature]}) + "\n")
    attach(layout, {"mediaType": manifest["mediaType"]})
    # A blob that is not there, one that was altered, one that leads out of the layout.
    other("gone").unlink()
    other("altered").write_text("{}")
    away = other("away")
    away.unlink()
    away.symlink_to(desk.certificate)
    said = loadline(*words)
    assert "\nVALID: " in said and "No such file" in said and "is not what it is called" in said, said
    assert said.count("\n- form") == 2, said
    found = json.loads(loadline(*words, "--format", "json"))
    assert found["valid"] and [one["valid"] for one in found["certificates"]].count(True) == 1, found
    # With nothing but statements of others there is none; one that was altered is none that holds.
    (layout / "blobs/sha256" / own[7:]).unlink()
    assert "\nNOT VALID: " in loadline(*words, status=1)
    index["manifests"] = index["manifests"][:1]
    (layout / "index.json").write_text(json.dumps(index))
    other("{}")
    assert "has no certificate" in loadline(*words, status=3)


@trial
def layouts_carry_it(desk):
    layout = tampered.Image().write(desk.folder / "layout")
    loadline("validate", layout)
    desk.sign("--layout", layout)
    loadline("validate", layout)  # it is still sound
    words = ("verify", "--layout", layout, "--key", desk.public)
    assert "\nVALID: " in loadline(*words, "--candidate", desk.folder / "bundle")
    # A certificate of the layout itself is known by its image.
    sound = desk.folder / "sound.json"
    shutil.rmtree(layout)
    tampered.Image().write(layout)
    loadline("validate", layout, "--quiet", "--report", f"json={sound}")
    judged = shutil.copytree(layout, desk.folder / "judged")
    desk.sign("--layout", layout, report=sound)
    loadline("validate", layout)
    assert "is what was judged" in loadline(*words)
    desk.verify("--candidate", layout)
    # By now its index is another one: nobody can tell which images were there when it was judged.
    assert "whether image" in desk.verify("--candidate", layout, "--report", sound)
    again = ("sign", sound, "--add", desk.certificate, "--key", desk.key)
    assert "subject/1 is {" in loadline(*again, status=1)
    shutil.rmtree(layout)
    shutil.copytree(judged, layout)
    loadline(*again)
    other = tampered.Image()
    other.config["config"]["Env"] = ["A=c"]
    other.write(desk.folder / "other")
    assert "is not what was judged" in desk.verify("--candidate", desk.folder / "other", status=1)
    # Findings that were ignored are not certified.
    loadline("validate", layout, "--quiet", "--ignore", "image/*", "--report", f"json={sound}")
    assert "findings were ignored" in desk.sign(report=sound, status=1)
    assert "has no certificate" in loadline("verify", "--layout", desk.folder / "other", "--key",
                                            desk.public, status=3)


def first_drawn(ids, seed):
    return min(ids, key=lambda id: hashlib.sha256(f"{seed}\n{id}".encode()).digest())


@whole
def a_sample_is_judged_again(desk):
    if os.geteuid() != 0:
        return
    desk.sign()
    said = desk.verify("--rerun", "6", "--seed", "7")
    again = desk.verify("--rerun", "6", "--seed", "7")
    line = re.search(r"  sample .*\(--seed 7\)", said)
    assert line and line.group() in again, said
    # Who certifies what is not so is found out by who draws it.
    lies = [one["id"] for one in desk.value["results"]
            if one["id"].startswith("oci-runtime/hostname/")]

    def lie(report):
        report["subjects"][0]["verdict"] = "fail"
        for result in report["results"]:
            if result["id"] in lies:
                result.update(verdict="fail", expected="fail", message="no", reason="so it is")
    desk.sign("--allow-exceptions", report=desk.changed(lie))
    ids = [one["id"] for one in desk.value["results"]]
    seed = next(seed for seed in range(1 << 20) if first_drawn(ids, seed) in lies)
    said = desk.verify("--rerun", "1", "--seed", str(seed), status=1)
    assert "was certified as fail, and is pass now" in said, said
    desk.verify("--rerun", "2", "--document", status=2)


@trial
def the_page_tells_the_truth(desk):
    page = (SOURCE / "docs/certificates.md").read_text()
    image = tampered.Image()
    image.layers[0] = (image.layers[0][0], "zstd")  # which SHOULD be something else: a result to show
    layout = image.write(desk.folder / "layout")
    loadline("validate", layout, "--quiet", "--report", f"json={desk.report}")
    environment = {**os.environ, "PATH": f"{pathlib.Path(LOADLINE).resolve().parent}:{os.environ['PATH']}"}
    for name in ("key.pem", "key.pub.pem"):
        (desk.folder / name).unlink()
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        run("sh", "-euc", block, cwd=desk.folder, env=environment)


def changes(text, every):
    """One byte after the other, each changed in a way of its own."""
    for place in range(0, len(text), every):
        byte = bytes([(text[place] + 1 + place % 255) % 256])
        yield place, text[:place] + byte + text[place + 1:]


@trial
def changed_bytes_are_noticed(desk):
    folder = desk.folder / "evidence"
    folder.mkdir()
    shutil.copy(desk.report, folder)
    notes, log = folder / "notes.txt", folder / "log"
    notes.write_text("what the operator wrote down\n")
    log.write_bytes(bytes(range(256)) * 16)
    desk.sign("--evidence", notes, "--evidence", log)
    whole_folder = ("--document", "--evidence", folder)
    for path, words in ((desk.certificate, ("--document",)), (desk.report, ("--report", desk.report)),
                        (folder / desk.report.name, whole_folder), (notes, whole_folder),
                        (log, whole_folder)):
        text = path.read_bytes()
        number = 1000 if ALL else 60
        for place, changed in changes(text, max(1, len(text) // number)):
            path.write_bytes(changed)
            done = subprocess.run([LOADLINE, "verify", desk.certificate, "--key", desk.public, *words],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            assert done.returncode in (1, 3), f"{path.name}, byte {place}: {done.returncode}"
        path.write_bytes(text)
        desk.verify(*words)


def main(arguments):
    global LOADLINE, ALL
    ALL = "--all" in arguments
    words = [word for word in arguments if word != "--all"]
    if not words or any(name not in TRIALS for name in words[1:]):
        print(__doc__, "Names:", *TRIALS, file=sys.stderr)
        return 2
    LOADLINE = pathlib.Path(words[0]).resolve()
    failed = 0
    names = words[1:] or [name for name, one in TRIALS.items() if ALL or not hasattr(one, "whole")]
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            try:
                TRIALS[name](Desk(pathlib.Path(folder), hasattr(TRIALS[name], "whole")))
            except AssertionError as problem:
                failed += 1
                print(f"{name}: {str(problem)[:3000]}")
    print(f"{len(names)} trials, {failed} failed")
    return 1 if failed else 0


ALL = False
if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
