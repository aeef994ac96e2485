#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# relocated.sh BUILD SOURCE: what "cmake --install" makes of the folder BUILD works, moved to where nobody said it would be. SOURCE has bundles.
# Exit status 4: this host can make no cell, and all else works.
set -eu
build=$(readlink -f "$1")
source=$(readlink -f "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$build" --prefix "$scratch/first" > "$scratch/log"
mkdir "$scratch/moved here"
mv "$scratch/first" "$scratch/moved here/tree"
tree="$scratch/moved here/tree"
cd "$scratch"
# Nothing of the build or of this shell's settings helps.
run() { env -i PATH=/usr/bin:/bin HOME="$scratch" TMPDIR="${TMPDIR:-/tmp}" "$@"; }
wrong() { echo "relocated.sh: $*" >&2; exit 1; }

for program in "$tree"/bin/*; do
  name=${program##*/}
  said=$(run "$program" --version) || wrong "$name --version ended with $?"
  case $said in "$name "*) ;; *) wrong "$name says of itself: $said" ;; esac
  case $said in *"$(cut -d' ' -f1 "$build/generated/commit.txt")"*commit*) ;; *) wrong "$name names neither version nor commit: $said" ;; esac
  [ -s "$tree/share/man/man1/$name.1.gz" ] || wrong "$name has no manual page"
done
for file in bash-completion/completions/loadline zsh/site-functions/_loadline fish/vendor_completions.d/loadline.fish doc/loadline/copyright; do
  [ -s "$tree/share/$file" ] || wrong "there is no share/$file"
done
run "$tree/bin/loadline" validate "$source/cli/golden/files/good" > out || wrong "a good bundle is none: $(cat out)"
status=0
run "$tree/bin/loadline" validate "$source/cli/golden/files/bad" > out || status=$?
[ $status -eq 1 ] || wrong "a bad bundle ends with $status"
# The adapters find their modules and the programs beside them.
[ -n "$(find "$tree/libexec" -name '*.pyc')" ] || wrong "the adapters are not compiled"
! grep -rlaF "$build" "$tree/libexec" "$tree/share" || wrong "these know where they were built"
run "$tree/bin/loadline-adapter" bubblewrap features > out || wrong "the adapter finds no module"
status=0
run "$tree/bin/loadline" certify --only 'oci-runtime/root/*' --battery cases --quiet > out 2>&1 || status=$?
[ $status -eq 0 ] || [ $status -eq 4 ] || wrong "certify ends with $status: $(cat out)"
exit $status
