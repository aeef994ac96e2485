#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""shells.py LOADLINE SHELL: types into SHELL as a person does, presses the tabulator, and reads what stands in the line.

Exit status 4: SHELL is not installed.
"""
import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time

# What is typed, and what has to stand there after the tabulator.
COMPLETED = [
    ("loadline val", "loadline validate "),
    ("loadline report ren", "loadline report render "),
    ("loadline validate --ki", "loadline validate --kind "),
    ("loadline validate --format mark", "loadline validate --format markdown "),
    ("loadline validate some-bu", "loadline validate some-bundle/"),
    ("loadline certify --bundle some-bu", "loadline certify --bundle some-bundle/"),
    ("loadline certify bubble", "loadline certify bubblewrap "),
    ("loadline certify --battery equi", "loadline certify --battery equivalence "),
    ("loadline certify a-pro", "loadline certify a-profile.json "),
    ("loadline explain oci-runtime/config/root/read", "loadline explain oci-runtime/config/root/readonly"),
    ("loadline certify crun --report mark", "loadline certify crun --report markdown="),
    ("loadline certify crun --report markdown=some-bu", "loadline certify crun --report markdown=some-bundle/"),
    ("loadline list requ", "loadline list requirements "),
    ("loadline list cases --format i", "loadline list cases --format ids "),
    ("loadline lab --cgroup hy", "loadline lab --cgroup hybrid "),
    ("loadline lab --memory 512 --kernel a-pro", "loadline lab --memory 512 --kernel a-profile.json "),
]
SECONDS = 20
READY = "ready-for-a-line"
# How each is started without the settings of anybody, how it loads the completion, and a function that shows the line it holds on control-x.
START = {
    "bash": (["bash", "--noprofile", "--norc", "-i"],
             "PS1='' PS2=''; source <(loadline completion bash); bind 'set bell-style none';"
             "show() { printf '\\n<%s>\\n' \"$READLINE_LINE\"; READLINE_LINE=; }; bind -x '\"\\C-x\": show'; echo {}"),
    "zsh": (["zsh", "-f", "-i"],
            "PS1='' PS2='' RPS1=''; unsetopt prompt_sp prompt_cr beep; autoload -U compinit; compinit -u -D; source <(loadline completion zsh);"
            "show() {{ print; print -r \"<$BUFFER>\"; BUFFER=; }}; zle -N show; bindkey -e; bindkey '^X' show; echo {}"),
}


class Terminal:
    """A shell on a terminal."""

    def __init__(self, arguments, directory, path):
        self.text = ""
        pid, self.fd = pty.fork()
        if pid == 0:
            os.chdir(directory)
            environment = {"PATH": path, "HOME": directory, "TERM": "dumb", "LC_ALL": "C.UTF-8"}
            os.execvpe(arguments[0], arguments, environment)
        self.pid = pid

    def type(self, text):
        os.write(self.fd, text.encode())

    def read_until(self, found):
        """Reads until found(text) gives something, and takes that."""
        deadline = time.monotonic() + SECONDS
        while True:
            answer = found(self.text)
            if answer is not None:
                self.text = ""
                return answer
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise TimeoutError(f"the shell says no more than {self.text[-400:]!r}")
            self.text += os.read(self.fd, 65536).decode(errors="replace")

    def end(self):
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def shown(text):
    """What the key shows, between its brackets, once it is whole."""
    start = text.rfind("\n<")
    end = text.find(">", start)
    return text[start + 2:end] if start >= 0 and end >= 0 else None


def on_a_terminal(shell, directory, path):
    arguments, load = START[shell]
    terminal = Terminal(arguments, directory, path)
    # The echo of the command must not be taken for its answer.
    terminal.type(load.replace("{{", "{").replace("}}", "}").replace("echo {}", f"echo {READY[:5]}''{READY[5:]}") + "\n")
    terminal.read_until(lambda text: True if READY in text else None)
    lines = []
    for typed, _ in COMPLETED:
        terminal.type(typed + "\t\x18")
        lines.append(terminal.read_until(shown))
    terminal.end()
    return lines


def by_fish(directory, path):
    """Fish completes for scripts as it does for persons; a single answer is what would stand there."""
    lines = []
    for typed, _ in COMPLETED:
        run = subprocess.run(["fish", "--no-config", "-c", "loadline completion fish | source; complete -C $argv[1]", typed],
                             cwd=directory, env={"PATH": path, "HOME": directory, "LC_ALL": "C.UTF-8"}, capture_output=True, text=True,
                             timeout=SECONDS, check=True)
        answers = [line.split("\t")[0] for line in run.stdout.splitlines()]
        kept = typed[:typed.rfind(" ") + 1]
        if len(answers) != 1:
            lines.append(kept + os.path.commonprefix(answers))
        else:
            lines.append(kept + answers[0] + ("" if answers[0].endswith(("/", "=")) else " "))
    return lines


def main():
    program, shell = sys.argv[1:3]
    if not shutil.which(shell):
        print(f"{shell} is not installed", file=sys.stderr)
        return 4
    with tempfile.TemporaryDirectory() as directory:
        os.mkdir(os.path.join(directory, "some-bundle"))
        with open(os.path.join(directory, "a-profile.json"), "w", encoding="utf-8") as file:
            file.write("{}")
        path = os.path.dirname(os.path.abspath(program)) + ":/usr/bin:/bin"
        lines = by_fish(directory, path) if shell == "fish" else on_a_terminal(shell, directory, path)
    failed = 0
    for (typed, wanted), line in zip(COMPLETED, lines):
        # Where several continue alike, what they share is enough; zsh puts an option and its value together.
        if line.rstrip(" ") != wanted.rstrip(" ") and line != wanted.rstrip(" ") + "=":
            print(f"{shell}: {typed!r} became {line!r}, not {wanted!r}")
            failed += 1
    print(f"{shell}: {len(lines) - failed} of {len(lines)} lines were completed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
