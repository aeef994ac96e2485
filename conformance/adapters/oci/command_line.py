# SPDX-License-Identifier: Apache-2.0
"""The command line that OCI runtimes agree on, over any system that has none."""
import importlib
import json
import os
import signal
import sys

from oci import containers, processes
from oci.configuration import load_config, load_json, refuse_what_is_left
from oci.failure import Failure, NoWords

# By verb: the options with a value, those without, and how many words follow.
GLOBAL_OPTIONS = ({"--root", "--log", "--log-format"}, {"--debug", "--version"})
VERBS = {
    "create": ({"--bundle", "-b", "--pid-file", "--console-socket"}, {"--no-pivot"}, (1, 1)),
    "start": (set(), set(), (1, 1)),
    "state": (set(), set(), (1, 1)),
    "kill": (set(), {"--all", "-a"}, (1, 2)),
    "delete": (set(), {"--force", "-f"}, (1, 1)),
    "exec": ({"--process", "-p", "--pid-file", "--console-socket"}, set(), (1, 1)),
    "update": ({"--resources", "-r"}, set(), (1, 1)),
    "pause": (set(), set(), (1, 1)),
    "resume": (set(), set(), (1, 1)),
    "features": (set(), set(), (0, 0)),
}
LONG = {"-b": "--bundle", "-a": "--all", "-f": "--force", "-p": "--process", "-r": "--resources"}


class Usage(Failure):
    """A wrong command line."""
    STATUS = 2


def take_options(words, with_value, without):
    """Takes the options off the front of `words`; gives them by their long names."""
    options = {}
    while words and words[0].startswith("-") and words[0] != "-":
        word = words.pop(0)
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name in without and not equals:
            options[LONG.get(name, name)] = True
        elif name in with_value:
            if not equals:
                if not words:
                    raise Usage(f"{name} needs a value")
                value = words.pop(0)
            options[LONG.get(name, name)] = value
        else:
            raise Usage(f"there is no option {word}")
    return options


def take_verb(words):
    """Splits "VERB [options] WORD… [options]": ids and options may stand in any order."""
    if not words:
        raise Usage("a command is missing", "one of " + " ".join(VERBS))
    verb = words.pop(0)
    if verb not in VERBS:
        raise Usage(f"there is no command {verb}", "one of " + " ".join(VERBS))
    with_value, without, (fewest, most) = VERBS[verb]
    options, plain = {}, []
    while words:
        options.update(take_options(words, with_value, without))
        if words:
            plain.append(words.pop(0))
    if not fewest <= len(plain) <= most:
        raise Usage(f"{verb} takes {fewest if fewest == most else f'{fewest} or {most}'} words, "
                    f"not {len(plain)}")
    return verb, options, plain


def create(system, root, options, words):
    bundle = os.path.abspath(options.get("--bundle", "."))
    config = load_config(bundle)
    refuse_what_is_left(system, config)
    if options.get("--console-socket"):
        raise NoWords(f"{system.NAME} cannot hand a terminal out", "leave --console-socket out")
    container = containers.make(root, words[0], bundle, config)
    try:
        container.pid = system.create(container)
        container.save()
        if "--pid-file" in options:
            containers.write_atomically(options["--pid-file"], str(container.pid))
    except BaseException:
        # What was begun must not stay, whatever it was that ended us.
        system.end(container)
        container.end_supervisor(system.TAKES_STOP)
        system.clean(container)
        container.remove()
        raise


def start(system, root, options, words):
    del options
    container = containers.find(root, words[0])
    if container.status() != "created":
        raise Failure(f"{container.id} is {container.status()}, not created", "create it anew")
    container.mark("started")
    system.start(container)


def state(system, root, options, words):
    del system, options
    print(json.dumps(containers.find(root, words[0]).to_document(), indent=2))


def kill(system, root, options, words):
    container = containers.find(root, words[0])
    number = signal_number(words[1] if len(words) > 1 else "TERM")
    if container.status() not in ("created", "running", "paused"):
        raise Failure(f"{container.id} is {container.status()}: nothing can be sent to it")
    if options.get("--all"):
        raise NoWords(f"{system.NAME} sends to process 1 alone", "leave --all out")
    system.kill(container, number)


def signal_number(word):
    if word.isdigit() and 0 < int(word) < signal.NSIG:
        return int(word)
    name = word.upper() if word.upper().startswith("SIG") else "SIG" + word.upper()
    number = getattr(signal, name, None)
    if not isinstance(number, signal.Signals):
        raise Failure(f"there is no signal {word}", "name one like TERM, or give its number")
    return int(number)


def delete(system, root, options, words):
    try:
        container = containers.find(root, words[0], broken=bool(options.get("--force")))
    except Failure:
        if options.get("--force"):
            return
        raise
    status = container.status()
    if status != "stopped":
        if not options.get("--force"):
            raise Failure(f"{container.id} is {status}", "kill it, or delete it with --force")
        system.end(container)
    container.end_supervisor(system.TAKES_STOP)
    system.clean(container)
    container.remove()


def execute(system, root, options, words):
    container = containers.find(root, words[0])
    if container.status() != "running":
        raise Failure(f"{container.id} is {container.status()}, not running")
    if options.get("--console-socket"):
        raise NoWords(f"{system.NAME} cannot hand a terminal out", "leave --console-socket out")
    if "--process" not in options:
        raise Usage("exec needs --process FILE")
    process = load_json(options["--process"])
    refuse_what_is_left(system, {"process": process}, "exec: ")
    return system.execute(container, process, options.get("--pid-file"))


def update(system, root, options, words):
    container = containers.find(root, words[0])
    if container.status() not in ("created", "running", "paused"):
        raise Failure(f"{container.id} is {container.status()}")
    if "--resources" not in options:
        raise Usage("update needs --resources FILE")
    resources = load_json(options["--resources"])
    refuse_what_is_left(system, {"linux": {"resources": resources}}, "update: ")
    system.update(container, resources)


def pause(system, root, options, words):
    del options
    container = containers.find(root, words[0])
    if container.status() != "running":
        raise Failure(f"{container.id} is {container.status()}, not running")
    system.pause(container)
    container.mark("paused")


def resume(system, root, options, words):
    del options
    container = containers.find(root, words[0])
    if container.status() != "paused":
        raise Failure(f"{container.id} is {container.status()}, not paused")
    system.resume(container)
    container.unmark("paused")


def features(system, root, options, words):
    del root, options, words
    print(json.dumps(system.features(), indent=2))


DO = {"create": create, "start": start, "state": state, "kill": kill, "delete": delete,
      "exec": execute, "update": update, "pause": pause, "resume": resume, "features": features}


def run(name, words):
    system = importlib.import_module(name + ".adapter").SYSTEM
    options = take_options(words, *GLOBAL_OPTIONS)
    if options.get("--version"):
        print(f"{system.NAME} {system.version()}\nspec: 1.0.2")
        return 0
    verb, verb_options, plain = take_verb(words)
    if not system.has(verb):
        raise Failure(f"{system.NAME} has no {verb}")
    for program, package in system.PROGRAMS.items():
        processes.find_program(program, package)
    root = options.get("--root", f"/run/loadline-adapter/{name}")
    return DO[verb](system, os.path.abspath(root), verb_options, plain) or 0


def own_version(here):
    """The build writes it beside the adapters."""
    try:
        with open(os.path.join(here, "version"), encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return "(version unknown: it was not built)"


def main(arguments):
    """The exit status: 1 for what failed, 2 for wrong usage, 95 for what the system has no words
    for, and of exec the process's own."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    names = sorted(name for name in os.listdir(here)
                   if os.path.exists(os.path.join(here, name, "adapter.py")))
    if arguments == ["--version"]:
        print(f"loadline-adapter {own_version(here)}")
        return 0
    if not arguments or arguments[0] not in names:
        print("usage: loadline-adapter " + "|".join(names) + " [--root DIR] COMMAND …",
              file=sys.stderr)
        return 2
    name, words = arguments[0], list(arguments[1:])
    try:
        return run(name, words)
    except (Failure, OSError) as failure:
        print(f"loadline-adapter: {name}: {failure}", file=sys.stderr)
        return getattr(failure, "STATUS", 1)
