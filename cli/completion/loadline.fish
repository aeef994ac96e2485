# SPDX-License-Identifier: Apache-2.0
# Completion for fish, made by "loadline completion fish".
# Load it with: loadline completion fish | source

# Whether the line so far says this verb: "", "validate", "report merge"; with "alone", and no word behind it.
function __loadline_at
    set -l said (commandline -opc)
    set -e said[1]
    set -l words
    for word in $said
        string match -q -- '-*' $word; or set -a words $word
    end
    set -l count (count (string split -n ' ' -- $argv[1]))
    if test "$argv[2]" = alone -o $count -eq 0
        test (count $words) -eq $count; or return 1
    end
    test $count -eq 0; and return 0
    test (count $words) -ge $count; or return 1
    test "$words[1..$count]" = "$argv[1]"
end

function __loadline_listed
    set -l program (commandline -opc)[1]
    for what in $argv
        $program list $what --format ids 2>/dev/null
    end
end

# FORMAT=PATH
function __loadline_format_paths
    set -l token (commandline -ct)
    if string match -q -- '*=*' $token
        set -l format (string replace -r '=.*' '' -- $token)
        printf "$format=%s\n" (__fish_complete_path (string replace -r '^[^=]*=' '' -- $token))
    else
        printf '%s=\n' $argv
    end
end

complete -c loadline -f

@TABLES@
