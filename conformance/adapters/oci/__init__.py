# SPDX-License-Identifier: Apache-2.0
"""What every adapter shares: the command line, the state, the reading of config.json."""
