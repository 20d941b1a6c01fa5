"""Holds answers of the API against its OpenAPI document.

Usage: openapi_answers.py DOCUMENT CALLED      CALLED: lines "METHOD PATH STATUS FILE", the answer in FILE
An answer must fit the schema of its path, method and status, and have no field that the schema does not name.
Exit codes: 0 all fit, 1 some do not; they are named. Needs the packages of proto/openapi.
"""

import json
import re
import sys

import yaml
from openapi_schema_validator import OAS30Validator


def pattern(path):
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", path)) + "$")


def closed(node):
    """The same schema where fields that are not named are refused; maps and messages of any type keep theirs."""
    if isinstance(node, dict):
        node = {key: closed(value) for key, value in node.items()}
        if isinstance(node.get("properties"), dict) and node.get("type") == "object":
            node.setdefault("additionalProperties", False)
    elif isinstance(node, list):
        node = [closed(value) for value in node]
    return node


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        document = yaml.safe_load(file)
    # The literal paths first, as in a server.
    paths = sorted(document["paths"], key=lambda path: (path.count("{"), -len(path)))
    components = closed(document["components"])
    checked = wrong = 0
    for line in open(sys.argv[2], encoding="utf-8"):
        method, called, status, answer = line.split()
        found = [path for path in paths if pattern(path).match(called) and method.lower() in document["paths"][path]]
        if not found:
            continue  # the test calls what there is not as well
        responses = document["paths"][found[0]][method.lower()]["responses"]
        content = responses.get(status, responses["default"]).get("content")
        if not content:
            continue  # deleted: {}
        schema = {**closed(content["application/json"]["schema"]), "components": components}
        with open(answer, encoding="utf-8") as file:
            errors = list(OAS30Validator(schema).iter_errors(json.load(file)))
        checked += 1
        wrong += bool(errors)
        for error in errors:
            print(f"{method} {called}: {error.json_path}: {error.message[:300]}", file=sys.stderr)
    print(f"{checked} answers held against the document, {wrong} do not fit")
    return 1 if wrong or checked < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
