#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long `loadline validate` of a usual bundle takes, against `crun --version`, the least that a program of this trade does;
# prints the medians and their ratio.
# usage: bench/validate.sh [FOLDER_OF_THE_PROGRAMS] [RUNS]        needs: crun, hyperfine, jq
set -eu
programs=$(realpath "${1:-build/release/bin}")
runs=${2:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

mkdir -p "$work/bundle/rootfs/bin"
: > "$work/bundle/rootfs/bin/sh"
chmod 755 "$work/bundle/rootfs/bin/sh"
"$programs/loadline-runtime" spec --bundle "$work/bundle"
"$programs/loadline" validate --quiet "$work/bundle" > /dev/null  # ends the script unless the bundle conforms

# One round after the other, so that a change of the machine's load meets both alike.
for round in 1 2 3 4 5; do
  hyperfine -N --warmup 3 --runs $((runs / 5)) --export-json "$work/$round.json" \
    "$programs/loadline validate $work/bundle" "crun --version" > /dev/null 2>&1
done
jq -rs '
  def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
  [.[].results[]] | group_by(.command)
  | map({name: (.[0].command | split(" ")[0] | split("/")[-1]), ms: ([.[].times[]] | median * 1000)})
  | (map(select(.name == "crun"))[0].ms) as $peer
  | sort_by(.ms)[] | "\(if .name == "crun" then "crun --version" else "loadline validate" end): median "
    + "\(.ms * 10 | round / 10) ms, \(.ms / $peer * 100 | round / 100) x crun --version"
' "$work"/[1-5].json
