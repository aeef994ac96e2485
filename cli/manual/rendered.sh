#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# rendered.sh DIRECTORY LOADLINE: every manual page below DIRECTORY is read by groff and mandoc without a complaint, and every verb that
# LOADLINE has is on a page, with prose. Exit status 4: there is no groff.
set -eu
command -v groff >/dev/null || { echo "groff is not installed" >&2; exit 4; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0
for packed in "$1"/*/*.1.gz; do
  page=$scratch/$(basename "$packed" .gz)
  gzip -dc "$packed" > "$page"
  groff -ww -K utf8 -man -Tutf8 "$page" > "$page.text" 2> "$page.complaints"
  if command -v mandoc >/dev/null; then mandoc -T lint -W warning "$page" >> "$page.complaints" || true; fi
  [ -s "$page.text" ] || echo "is empty" >> "$page.complaints"
  [ ! -s "$page.complaints" ] || { echo "${page##*/}:"; cat "$page.complaints"; failed=1; }
done
verbs=$("$2" --help | sed -n '/^Subcommands:/,/^[^ ]/s/^  \([a-z]*\) .*/\1/p')
[ -n "$verbs" ] || { echo "no verb was found in --help"; failed=1; }
for verb in $verbs; do
  page=$scratch/loadline-$verb.1
  [ -f "$page" ] || { echo "there is no page of the verb $verb"; failed=1; continue; }
  grep -q '^\.SH "*\(DESCRIPTION\|EXAMPLES\)' "$page" || { echo "${page##*/} has no prose: write cli/manual/loadline-$verb.man"; failed=1; }
  # Every option of the help.
  for option in $("$2" "$verb" --help | grep -o '^  -[^ ]*' | tr ',' '\n' | tr -d ' '); do
    grep -qF -- "$(printf %s "$option" | sed 's/-/\\-/g')" "$page" || { echo "${page##*/} lacks $option"; failed=1; }
  done
done
[ $failed -eq 0 ] && echo "$(ls "$scratch"/*.1 | wc -l) pages"
exit $failed
