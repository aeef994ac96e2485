# SPDX-License-Identifier: Apache-2.0
"""Failure: what ends a command, said in one line."""


class Failure(Exception):
    """What went wrong and where, and the way out of it."""

    def __init__(self, message, hint=""):
        super().__init__(message + ("; " + hint if hint else ""))


class NoWords(Failure):
    """The system cannot express what was asked for."""
    STATUS = 95  # "refusalStatus" of the profiles
