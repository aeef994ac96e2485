# SPDX-License-Identifier: Apache-2.0
"""LXC by lxc-execute: process 1 is lxc-init, which starts the program of config.json as its child,
reaps, and hands signals on. What is judged of process 1 is therefore judged of lxc-init, and that
the program itself cannot be run shows in its end, not in start."""
from lxc.adapter import Lxc
from oci.failure import Failure


class LxcExecute(Lxc):
    NAME = "lxc-execute"
    PROGRAMS = {**Lxc.PROGRAMS, "lxc-execute": "lxc"}
    STARTER = "lxc-execute"

    def start(self, container):
        if not container.tell("start"):
            raise Failure(f"nothing of {container.id} waits to be started")

    def start_command(self, container):
        return [self.program(self.STARTER), *self.names(container), "--",
                *container.config["process"]["args"]]


SYSTEM = LxcExecute()
