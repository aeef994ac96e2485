# SPDX-License-Identifier: Apache-2.0
# Completion for bash, made by "loadline completion bash".
# Load it with: source <(loadline completion bash)

_loadline_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen "${2:--f}" -- "$1")
}

_loadline_listed() {
  local current=$1 what
  shift
  mapfile -t COMPREPLY < <(compgen -W "$(for what; do "$program" list "$what" --format ids 2>/dev/null; done)" -- "$current")
}

# FORMAT=PATH: with or without what stands before the path, as bash will replace it.
_loadline_format_paths() {
  if [[ $1 == *=* ]]; then
    _loadline_files "${1#*=}"
    [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${1%%=*}=}")
  else
    compopt -o nospace
    mapfile -t COMPREPLY < <(compgen -S = -W "$2" -- "$1")
  fi
}

@TABLES@
_loadline() {
  local words=() i program verb='' current previous only_words=
  for ((i = 0; i <= COMP_CWORD; ++i)); do
    if ((i > 1)) && [[ ${COMP_WORDS[i]} == = || ${words[-1]} == *= && ${words[-1]} == *[!=]* ]]; then
      words[-1]+=${COMP_WORDS[i]}
    else
      words+=("${COMP_WORDS[i]}")
    fi
  done
  program=${words[0]} current=${words[-1]} previous=${words[-2]}
  for ((i = 1; i < ${#words[@]} - 1; ++i)); do
    if [[ ${words[i]} == -- ]]; then
      only_words=1
    elif [[ ${words[i]} != -* && " $(_loadline_verbs "$verb") " == *" ${words[i]} "* ]]; then
      verb+=${verb:+ }${words[i]}
    fi
  done
  COMPREPLY=()
  if [[ ! $only_words ]]; then
    # --option=VALUE
    if [[ $current == --*=* ]]; then
      _loadline_value "$verb ${current%%=*}" "${current#*=}"
      [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/${current%%=*}=}")
      return 0
    fi
    _loadline_value "$verb $previous" "$current" && return 0
    if [[ $current == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$(_loadline_options "$verb")" -- "$current")
      return 0
    fi
  fi
  if [[ $(_loadline_verbs "$verb") ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_loadline_verbs "$verb")" -- "$current")
  else
    _loadline_value "$verb" "$current"
  fi
  return 0
}
complete -F _loadline loadline
