#!/bin/sh
# native_control.sh [RUNS] [CANDIDATE]: how often the efficiency battery calls two native twins different. Prints the rows of all
# runs by parity, and the widest distance from one; no row may be worse or better, and 95 % have to be equivalent.
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-10}
candidate=${2:-loadline}
reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
for run in $(seq "$runs"); do
  build/release/bin/loadline certify "$candidate" --battery efficiency --quiet --format json >"$reports/$run.json" || true
done
python3 - "$reports" <<'PYTHON'
import collections, glob, json, math, sys
rows = [r["evidence"]["measured"]["nativeAgainstNative"]
        for path in glob.glob(sys.argv[1] + "/*.json") for r in json.load(open(path))["results"]
        if "nativeAgainstNative" in (r.get("evidence", {}).get("measured") or {})]
parity = collections.Counter(row["parity"] for row in rows)
print(f"{len(rows)} rows of native against native:", dict(parity))
print("farthest ratio from 1: %.3f" % math.exp(max(abs(math.log(row["ratio"])) for row in rows)))
sound = parity["worse"] + parity["better"] == 0 and parity["equivalent"] >= 0.95 * len(rows)
print("sound" if sound else "NOT sound")
sys.exit(0 if sound else 1)
PYTHON
