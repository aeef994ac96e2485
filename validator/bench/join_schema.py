#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Joins schema/oci-runtime/config.json and all that it refers to into one file, for other tools.

join_schema.py FOLDER_OF_SCHEMAS NAME > joined.json
"""

import json
import pathlib
import sys

FOLDER, DEFINITIONS = pathlib.Path(sys.argv[1]), {}


def rewrite(node, name):
    if isinstance(node, list):
        return [rewrite(element, name) for element in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("$ref"), str):
        file, _, pointer = node["$ref"].partition("#")
        include(file or name)
        return {"$ref": "#/definitions/" + (file or name) + pointer}
    return {key: rewrite(value, name) for key, value in node.items()}


def include(name):
    if name not in DEFINITIONS:
        DEFINITIONS[name] = True  # files may refer to each other
        DEFINITIONS[name] = rewrite(json.loads((FOLDER / name).read_text()), name)


include(sys.argv[2])
joined = {**DEFINITIONS[sys.argv[2]], "$schema": "http://json-schema.org/draft-07/schema#",
          "definitions": DEFINITIONS}
json.dump(joined, sys.stdout)
