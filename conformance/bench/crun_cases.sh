#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long the cases of `loadline certify crun` take on this machine: prints the wall time, the number of cases and the time per case, the latter
# also as a ratio to `crun --version` of the same run, so that two machines can be compared.
# usage: bench/crun_cases.sh [FOLDER_OF_THE_PROGRAMS] [ROUNDS]        needs: root, crun, hyperfine, jq
set -eu
programs=$(realpath "${1:-build/release/bin}")
rounds=${2:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

# Unexpected results (status 1) take as long as expected ones; anything else would be the time of doing nothing.
status=0
"$programs/loadline" certify crun --battery cases --quiet --format json > "$work/report.json" || status=$?
if [ "$status" -gt 1 ]; then
  echo "crun_cases.sh: loadline certify crun ended with $status" >&2
  exit "$status"
fi

# One round after the other, so that a change of the machine's load meets both alike.
round=1
while [ "$round" -le "$rounds" ]; do
  hyperfine -N -i --runs 1 --export-json "$work/times.certify.$round.json" "$programs/loadline certify crun --battery cases --quiet" > /dev/null 2>&1
  hyperfine -N --warmup 3 --runs 40 --export-json "$work/times.peer.$round.json" "crun --version" > /dev/null 2>&1
  round=$((round + 1))
done
jq -rs --slurpfile report "$work/report.json" '
  def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
  [.[].results[]] as $all
  | ([$all[] | select(.command == "crun --version") | .times[]] | median * 1000) as $peer
  | ([$all[] | select(.command != "crun --version") | .times[]] | median * 1000) as $wall
  | ($report[0].results | length) as $cases
  | ($wall / $cases) as $each
  | "loadline certify crun: median \($wall / 10 | round / 100) s, \($cases) cases, \($each * 10 | round / 10) ms per case",
    "crun --version: median \($peer * 10 | round / 10) ms; a case takes \($each / $peer * 100 | round / 100) x that"
' "$work"/times.*.json
