# SPDX-License-Identifier: Apache-2.0
"""Reports for looking at the pages that are made of them: good and bad candidates, hostile text, one after the other."""

import json
import pathlib

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schema"
VERDICTS = ("pass", "fail", "warn", "inconclusive", "unsupported", "environment", "error", "timeout")
JUDGING = ("pass", "fail", "warn", "timeout")
SPEC = "1.2.0"
HOST = {
    "architecture": "x86_64", "available": ["cap-mknod", "cgroup-v1", "seccomp", "terminal", "user-namespace"], "cgroup": "hybrid",
    "distribution": "Debian GNU/Linux 12 (bookworm)", "kernel": "6.1.0", "processors": 2, "rootless": False,
    "missing": {"apparmor": "AppArmor is not enabled here", "cgroup-v2": "this host's cgroup layout is hybrid"}}
# What would break out of a page, turn it around or fill it.
HOSTILE = "\"'><script>document.title='broken'</script><img src=x onerror=\"document.title='broken'\">\u202ereversed\x1b[31m\x00\u2028" + "w" * 5000


def requirements(standard):
    """Those of a runtime on Linux, as (id, level)."""
    ledger = json.loads((SCHEMA / "requirements" / f"{standard}.json").read_text())
    return [(one["id"], one["level"]) for one in ledger["requirements"]
            if one["addressee"] == "runtime" and not one.get("platform") and one["since"] <= SPEC and not one.get("reason")]


def result(number, requirement, level, verdict, expected, subject):
    area = requirement.split("/", 1)[1]
    one = {"id": f"{requirement.split('/')[0]}/{area}/case-{number}@{SPEC}", "title": f"what {area.replace('/', ', ').replace('-', ' ')} asks for holds",
           "verdict": verdict, "expected": expected, "level": level, "requirements": [requirement], "subject": subject, "message": "", "durationMs": 20 + number % 50}
    if verdict in ("fail", "warn", "timeout"):
        one["message"] = f"/probe/mounts/~1scratch/flags: expected [\"nosuid\",\"nodev\"], seen [\"nosuid\",\"case-{number}\"]"
        one["evidence"] = {"config": {"mounts": {"/scratch": {"type": "tmpfs", "options": ["nosuid"]}}}, "steps": ["create", "start", "wait", "delete"]}
        one["observation"] = {"probe": {"args": ["/loadline-probe", "observe"], "environ": {"PATH": "/bin"}, "numbers": list(range(60))}}
    elif verdict not in ("pass", "error"):
        one["message"] = ("cgroup-v2: this host's cgroup layout is hybrid" if number % 2 else "apparmor: AppArmor is not enabled here")
    if expected != "pass" and verdict == expected and verdict in JUDGING:
        one["reason"] = "mounts without the flags that the configuration names; reported, and mended in a later release"
    return one


def figure(name, ratio, parity, subject):
    return {"id": f"loadline/efficiency/{name}@{SPEC}", "title": f"{name.replace('-', ' ')} takes as long as natively", "verdict": "pass" if parity == "equivalent" else "warn",
            "expected": "pass", "level": "SHOULD", "requirements": [f"loadline/efficiency/{name}"], "subject": subject, "message": "" if parity == "equivalent" else f"{ratio} times the native time",
            "evidence": {"measured": {"ratio": ratio, "low": ratio * 0.96, "high": ratio * 1.05, "margin": 0.05, "parity": parity}}}


def report(name, results, started="2026-01-02T03:04:05Z", version="1.0", host=None):
    results = sorted(results, key=lambda one: one["id"])
    summary = {verdict: sum(one["verdict"] == verdict for one in results) for verdict in VERDICTS}
    summary["unexpected"] = sum((one["verdict"] == "error" or one["verdict"] in JUDGING and one["verdict"] != "warn") and one["verdict"] != one["expected"]
                                for one in results)

    def count(standard):
        known = {one for one, _ in requirements(standard)}
        judged, failed = set(), set()
        for one in results:
            if one["verdict"] in JUDGING:
                judged |= known & set(one["requirements"])
                if one["verdict"] != "pass":
                    failed |= known & set(one["requirements"])
        return {"total": len(known), "judged": len(judged), "passed": len(judged - failed), "failed": len(failed)}

    return {"schemaVersion": "1.2.0", "kind": "certification", "tool": {"name": "loadline", "version": "0.1.0", "commit": "0123456789ab"},
            "subjects": [{"name": name, "type": "runtime", "digest": "sha256:" + "e3b0c442" * 8, "version": version, "command": [f"/usr/bin/{name}", "--root", "/run/x y"],
                          "verdict": "fail" if summary["fail"] else "pass"}],
            "host": host or HOST, "spec": SPEC, "started": started, "durationMs": 43210, "summary": summary, "results": results,
            "requirements": count("oci-runtime"), "beyond": count("loadline")}


def certification(name, verdict_of, count=1000, **more):
    """`count` results over all requirements; verdict_of(number) is (verdict, expected)."""
    asked = requirements("oci-runtime") + requirements("loadline")
    results = []
    for number in range(count):
        requirement, level = asked[number % len(asked)]
        verdict, expected = verdict_of(number)
        if level != "MUST" and verdict == "fail":
            verdict, expected = "warn", "pass"
        results.append(result(number, requirement, level, verdict, expected, name))
    results += [figure("null-call", 1.01, "equivalent", name), figure("start", 8.4 if count % 2 else 1.4, "worse", name), figure("integer", 1.0, "equivalent", name)]
    return report(name, results, **more)


def good(number):
    return ("environment", "environment") if number % 23 == 7 else ("pass", "pass")


def bad(number):
    if number % 9 == 4:
        return "fail", "fail" if number % 2 else "pass"
    return {7: ("environment", "environment"), 12: ("unsupported", "pass"), 18: ("timeout", "pass"), 19: ("inconclusive", "pass")}.get(number % 23, ("pass", "pass"))


def hostile(verdict_of=bad, started="2026-01-02T03:04:05Z"):
    one = certification("hostile", verdict_of, 60, started=started)
    one["subjects"][0].update(name=HOSTILE, version=HOSTILE, command=[HOSTILE, HOSTILE], type=HOSTILE)
    one["tool"]["version"] = HOSTILE
    one["host"] = {"kernel": HOSTILE, HOSTILE: {HOSTILE: [HOSTILE]}, "missing": {HOSTILE: HOSTILE}, "available": [HOSTILE]}
    for each in one["results"]:
        each.update(title=HOSTILE, message=HOSTILE, subject=HOSTILE, reason=HOSTILE, hint=HOSTILE, requirements=[HOSTILE],
                    id=each["id"].replace("case-", HOSTILE[:120]), observation={HOSTILE: HOSTILE},
                    evidence={HOSTILE: [HOSTILE], "measured": each.get("evidence", {}).get("measured", HOSTILE)})
    return one


def validation():
    def finding(rule, verdict, line, message):
        return {"id": rule, "title": "process.cwd is an absolute path", "verdict": verdict, "expected": "pass", "level": "MUST" if verdict == "fail" else "SHOULD",
                "requirements": ["oci-runtime/config/process/cwd-absolute"], "subject": "bundle", "message": message, "hint": "begin it with \"/\"",
                "location": {"file": "bundle/config.json", "line": line, "column": 12, "pointer": "/process/cwd"}}
    results = [finding("config/process/cwd-absolute", "fail", 7, "\"tmp\" is not absolute"), finding("config/hooks/prestart-deprecated", "warn", 20, "prestart is deprecated")]
    summary = dict.fromkeys(VERDICTS, 0) | {"pass": 60, "fail": 1, "warn": 1, "unexpected": 1}
    return {"schemaVersion": "1.2.0", "kind": "validation", "tool": {"name": "loadline", "version": "0.1.0", "commit": "0123456789ab"},
            "subjects": [{"path": "bundle", "type": "bundle", "verdict": "fail"}], "started": "2026-01-02T03:04:05Z", "durationMs": 3, "summary": summary,
            "results": results, "requirements": {"total": 0, "judged": 0, "passed": 0, "failed": 0}}


def over_time(count=6):
    """Reports of one candidate, a day apart: some things break, some are mended, and its version changes."""
    def day(at):
        def verdict(number):
            if number % 37 == 5 and at in (2, 3):
                return "fail", "pass"
            if number % 101 == 50 and at >= 4:
                return "fail", "pass"
            return ("fail", "fail") if number % 53 == 9 and at < 4 else good(number)
        host = dict(HOST, kernel=f"6.1.{at // 3}")
        return certification("runtime", verdict, started=f"2026-01-{at + 1:02}T03:04:05Z", version=f"1.{at // 2}", host=host)
    return [day(at) for at in range(count)]


def write_all(directory):
    """Writes one file for each into the directory; returns {page: (verb and formats of loadline, files)}."""
    directory = pathlib.Path(directory)

    def write(name, content):
        path = directory / f"{name}.json"
        path.write_text(json.dumps(content))
        return str(path)

    candidates = [write(name, certification(name, bad if at % 2 else good, 400 + at))
                  for at, name in enumerate(["aster", "birch", "cedar", "dogwood", "elm", "fir", "ginkgo", "hazel"])]
    days = [write(f"day-{at}", one) for at, one in enumerate(over_time())]
    evil = [write("hostile", hostile()), write("hostile-good", hostile(good, "2026-01-01T03:04:05Z"))]
    return {"good": (["report", "render"], [write("good", certification("good", good))]),
            "bad": (["report", "render"], [write("bad", certification("bad", bad))]),
            "hostile": (["report", "render"], evil[:1]),
            "hostile-compare": (["compare"], evil),
            "hostile-history": (["report", "history"], evil),
            "validation": (["report", "render"], [write("validation", validation())]),
            "compare": (["compare"], candidates),
            "history": (["report", "history"], days)}
