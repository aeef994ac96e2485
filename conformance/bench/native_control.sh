#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether the efficiency battery finds differences where there are none: certifies a candidate a few times and counts what it made of
# its control, native against native. No row may be worse or better, and 95 % of them have to be equivalent.
# usage: bench/native_control.sh [FOLDER_OF_THE_PROGRAMS] [RUNS] [CANDIDATE]        needs: root, jq
set -eu
programs=$(realpath "${1:-build/release/bin}")
runs=${2:-20}
candidate=${3:-loadline}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

run=1
while [ "$run" -le "$runs" ]; do
  status=0
  "$programs/loadline" certify "$candidate" --battery efficiency --quiet --format json > "$work/$run.json" || status=$?
  if [ "$status" -gt 1 ]; then
    echo "native_control.sh: loadline certify $candidate ended with $status" >&2
    exit "$status"
  fi
  run=$((run + 1))
done
# What is only told has a row as well where it has a word: that is said by the same rule.
jq -rse '
  [.[].results[] | {id: (.id | split("@")[0])} + (.evidence.measured.nativeAgainstNative // empty) | select(.parity != null)] as $rows
  | def count($parity): [$rows[] | select(.parity == $parity)] | length;
  ([$rows[].ratio | log | fabs] | max | exp * 1000 | round / 1000) as $farthest
  | "\($rows | length) rows of native against native: \(count("equivalent")) equivalent, \(count("inconclusive")) inconclusive, "
    + "\(count("worse")) worse, \(count("better")) better; the farthest median is \($farthest) x",
    ([$rows[] | select(.parity != "equivalent")] | group_by(.id)[]
      | "  \(.[0].id): \(map("\(.parity) \(.low * 1000 | round / 1000) to \(.high * 1000 | round / 1000)") | join(", "))"),
    (if count("worse") + count("better") == 0 and count("equivalent") >= 0.95 * ($rows | length) then "sound" else "not sound" end)
' "$work"/*.json
