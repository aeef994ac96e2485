#compdef loadline
# SPDX-License-Identifier: Apache-2.0
# Completion for zsh, made by "loadline completion zsh".
# Load it with: source <(loadline completion zsh)

_loadline_listed() {
  local what
  local -a ids
  for what; do ids+=(${(f)"$($loadline_program list $what --format ids 2>/dev/null)"}); done
  compadd -a ids
}

_loadline_listed_or_file() { _loadline_listed "$@"; _files }

_loadline_format_paths() {
  if compset -P '*='; then _files; else compadd -S = -- "$@"; fi
}

@TABLES@
if [[ $funcstack[1] = _loadline ]]; then _loadline "$@"; else compdef _loadline loadline; fi
