"""Holds that requests covered every path of the google.api.http annotations.

Usage: http_paths.py PROTO_FOLDER CALLED      CALLED: lines "METHOD PATH ..."
Exit codes: 0 all were called, 1 some were not; they are named.
"""

import pathlib
import re
import sys

BINDING = re.compile(r'\b(get|put|post|delete|patch): "([^"]+)"')


def pattern(template):
    parts = re.split(r"\{[^}]+\}", template)
    return re.compile("[^/]+".join(re.escape(part) for part in parts) + "$")


def main():
    called = [line.split()[:2] for line in pathlib.Path(sys.argv[2]).read_text().splitlines()]
    bindings = []
    for proto in sorted(pathlib.Path(sys.argv[1]).glob("*.proto")):
        bindings += BINDING.findall(proto.read_text())
    missing = [
        f"{method.upper()} {template}"
        for method, template in bindings
        if not any(verb == method.upper() and pattern(template).match(path) for verb, path in called)
    ]
    print(f"{len(bindings)} paths, {len(missing)} not called", *missing, sep="\n")
    return 1 if missing or not bindings else 0


if __name__ == "__main__":
    sys.exit(main())
