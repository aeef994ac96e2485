#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether a candidate gets the same verdicts however it is judged: certifies it a number of times, once more with every processor busy, with one cell
# at a time, in three shards and area by area (both merged again), and compares each report with the first. Exit status 1 when any verdict differs
# but those that the candidate's expectations know to come and go.
# usage: bench/same_verdicts.sh [CANDIDATE] [RUNS] [FOLDER_OF_THE_PROGRAMS]        needs: root, jq
set -eu
candidate=${1:-loadline}
runs=${2:-20}
programs=$(realpath "${3:-build/release/bin}")
work=$(mktemp -d)
busy=
trap 'rm -rf "$work"; [ -z "$busy" ] || kill $busy 2> /dev/null || true' EXIT INT TERM
differing=0

certify() { # REPORT OPTION…
  report=$1
  shift
  status=0
  "$programs/loadline" certify "$candidate" --quiet --report "json=$report" "$@" > "$work/text" || status=$?
  # Without a verdict that counts (4) a part of the cases is as good as any other; more is our own trouble.
  [ "$status" -eq 0 ] || [ "$status" -eq 1 ] || [ "$status" -eq 4 ] || {
    echo "same_verdicts.sh: loadline certify $candidate ended with $status" >&2
    cat "$work/text" >&2
    exit "$status"
  }
}

merge() { # WHOLE PART…
  whole=$1
  shift
  "$programs/loadline" report merge "$@" --quiet --report "json=$whole" > "$work/text" || [ $? -eq 1 ]
}

same() { # WHAT REPORT
  if "$programs/loadline" report diff "$work/first.json" "$2" > "$work/text"; then
    echo "$1: $(tail -n 1 "$work/text")"
    grep 'known to come and go' "$work/text" | sed 's/^/  /' || true
  else
    differing=$((differing + 1))
    echo "$1:"
    cat "$work/text"
  fi
}

certify "$work/first.json"
run=2
while [ "$run" -le "$runs" ]; do
  certify "$work/next.json"
  same "run $run of $runs" "$work/next.json"
  run=$((run + 1))
done

for _ in $(seq "$(nproc)"); do
  sh -c 'while :; do :; done' &
  busy="$busy $!"
done
certify "$work/next.json"
# shellcheck disable=SC2086
kill $busy
busy=
same "every processor busy" "$work/next.json"

certify "$work/next.json" --jobs 1
same "one cell at a time" "$work/next.json"

for part in 1 2 3; do certify "$work/shard-$part.json" --shard "$part/3"; done
merge "$work/next.json" "$work"/shard-*.json
same "three shards, merged" "$work/next.json"

# What stands for all runs together comes with any of them.
for area in $(jq -r '.results[].id | sub("@.*"; "") | split("/") | if length > 2 then "\(.[0])/\(.[1])/" else join("/") end' "$work/first.json" |
  grep -v '/runs/' | sort -u); do
  certify "$work/area-$(echo "$area" | tr / -).json" --only "$area*"
done
merge "$work/next.json" "$work"/area-*.json
same "area by area, merged" "$work/next.json"

exit "$([ "$differing" -eq 0 ] && echo 0 || echo 1)"
