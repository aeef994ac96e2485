#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How long `run` of a static program that does nothing takes, against the installed runtimes; prints ratios to the first one.
# usage: bench/run.sh [PATH_OF_LOADLINE_RUNTIME] [RUNS]        needs: root, hyperfine, jq, gcc
set -eu
runtime=$(realpath "${1:-build/release/bin/loadline-runtime}")
runs=${2:-40}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

mkdir -p "$work/bundle/rootfs/bin" "$work/root"
echo 'int main(void) { return 0; }' | gcc -O1 -static -x c -o "$work/bundle/rootfs/bin/true" -
# The same bundle for all of them, in the version that the oldest honours; without device rules, which crun 1.8 cannot set here.
"$runtime" spec --bundle "$work/bundle"
jq '.ociVersion = "1.0.2" | .process.args = ["/bin/true"] | .process.terminal = false | del(.linux.resources, .process.rlimits)' \
  "$work/bundle/config.json" > "$work/config.json"
mv "$work/config.json" "$work/bundle/config.json"

# One round after the other, so that a change of the machine's load meets all of them alike. The view without the empty cgroup2
# mount is the one in which crun 1.8 agrees to run.
cat > "$work/measure" <<INNER
set -eu
umount /sys/fs/cgroup/unified 2>/dev/null || true
for round in 1 2 3 4 5; do
  set --
  for name in "$runtime" crun runc; do
    command -v "\$name" > /dev/null || continue
    set -- "\$@" "\$name --root $work/root run --bundle $work/bundle bench"
  done
  hyperfine -N --warmup 2 --runs $((runs / 5)) --export-json "$work/\$round.json" "\$@" > /dev/null 2>&1
done
INNER
unshare -m --propagation private sh "$work/measure"
jq -rs '
  def median: sort | if length % 2 == 1 then .[length / 2 | floor] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
  [.[].results[]] | group_by(.command | split(" ")[0])
  | map({name: (.[0].command | split(" ")[0] | split("/")[-1]), ms: ([.[].times[]] | median * 1000)})
  | (map(select(.name == "loadline-runtime"))[0].ms) as $own
  | sort_by(.ms)[] | "\(.name): median \(.ms * 10 | round / 10) ms, \(.ms / $own * 100 | round / 100) x loadline-runtime"
' "$work"/[1-5].json
