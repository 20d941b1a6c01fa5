"""Holds that the configurations of deploy/envoy agree with the protos and with each other.

Usage: envoy_configs.py PROTO_FOLDER GATEWAY MESH
- Both transcode the same way, all services of the protos.
- The mesh repeats, where the server said UNAVAILABLE, what only reads, and nothing else: methods that get, list or preview.
Exit codes: 0 so it is, 1 not, and what is wrong is said. Needs the packages of proto/openapi.
"""

import pathlib
import re
import sys

import yaml

READS = re.compile(r"(Get|List|Preview)[A-Z]\w*")


def manager(path):
    with open(path, encoding="utf-8") as file:
        listener = yaml.safe_load(file)["static_resources"]["listeners"][0]
    return next(one["typed_config"] for one in listener["filter_chains"][0]["filters"] if one["name"] == "http")


def transcoder(of_manager):
    return next(one["typed_config"] for one in of_manager["http_filters"] if one["name"] == "transcoder")


def methods(folder):
    """{"/package.Service/Method"}"""
    found, service = set(), ""
    for proto in sorted(pathlib.Path(folder).glob("*.proto")):
        for kind, name in re.findall(r"^ *(service|rpc) (\w+)", proto.read_text(), re.MULTILINE):
            if kind == "service":
                service = name
            else:
                found.add(f"/ductape.jobs.v1.{service}/{name}")
    return found


def route_of(path, routes):
    """The first route that takes it, as Envoy has it."""
    for route in routes:
        match = route["match"]
        if path == match.get("path") or ("prefix" in match and path.startswith(match["prefix"])):
            return route["route"]
        if "safe_regex" in match and re.fullmatch(match["safe_regex"]["regex"], path):
            return route["route"]
    return None


def main():
    gateway, mesh = manager(sys.argv[2]), manager(sys.argv[3])
    known = methods(sys.argv[1])
    wrong = []
    if transcoder(gateway) != transcoder(mesh):
        wrong.append("the transcoders differ")
    if {f"/{service}" for service in transcoder(mesh)["services"]} != {path.rpartition("/")[0] for path in known}:
        wrong.append("the services are not those of the protos")
    routes = mesh["route_config"]["virtual_hosts"][0]["routes"]
    for path in sorted(known):
        route = route_of(path, routes)
        if route is None:
            wrong.append(f"{path} has no route")
        elif ("unavailable" in route["retry_policy"]["retry_on"]) != bool(READS.fullmatch(path.rpartition("/")[2])):
            wrong.append(f"{path} is repeated wrongly: {route['retry_policy']['retry_on']}")
    print(f"{len(known)} methods, {len(wrong)} findings", *wrong, sep="\n")
    return 1 if wrong or not known else 0


if __name__ == "__main__":
    sys.exit(main())
