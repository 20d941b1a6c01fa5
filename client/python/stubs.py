#!/usr/bin/env python3
"""Makes what is not written by hand.

- `ductape_jobs/v1`: messages, services and their type stubs, from the protos.
- `ductape_jobs/_sync`: the blocking clients, from the asyncio ones in `ductape_jobs/_async`.

Usage: stubs.py [PACKAGE_FOLDER]      (default: src/ductape_jobs beside this file)

Needs grpcio-tools, mypy-protobuf and googleapis-common-protos, pinned in pyproject.toml. The protos
are those of the repository, or in a source distribution those that it brings.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROTO_PACKAGE = Path("ductape/jobs/v1")

# From an asyncio client to a blocking one, applied in order to the whole text.
TO_BLOCKING = [
    (r"\basync (def|for|with)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\bimport asyncio\b", "import time"),
    (r"\basyncio\.sleep\b", "time.sleep"),
    (r"\b__a(enter|exit|iter)__\b", r"__\1__"),
    (r"\bopen_async_", "open_"),
    (r"\bAsync([A-Z])", r"\1"),
    (r"_async\b", "_sync"),
]

# What the constructors of messages take beside the message itself, for a field of these types.
ALSO_TAKEN = {
    "_timestamp_pb2.Timestamp": "_dt.datetime",
    "_duration_pb2.Duration": "_dt.timedelta",
    "_struct_pb2.Struct": "_abc_m.Mapping[_builtins.str, _typing.Any]",
}


def proto_root() -> Path:
    """The folder that holds `ductape/jobs/v1`."""
    own = HERE / "proto"
    return own if own.is_dir() else HERE.parents[1] / "proto"


def google_root() -> Path:
    """The folder that holds the google/api and google/rpc protos."""
    import google.rpc.status_pb2 as status  # noqa: PLC0415

    return Path(str(status.__file__)).parents[2]


def run_protoc(protos: list[Path], out: Path) -> None:
    """Lets protoc write Python, gRPC's Python and the type stubs of both."""
    plugins = Path(sys.executable).parent
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{proto_root()}", f"-I{google_root()}"]
    command += [f"--{kind}_out={out}" for kind in ("python", "grpc_python")]
    command += [f"--{kind}_out=quiet:{out}" for kind in ("mypy", "mypy_grpc")]
    command += [str(proto) for proto in protos]
    search = f"{plugins}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    subprocess.run(command, check=True, env={**os.environ, "PATH": search})


def move_into_package(text: str) -> str:
    """Lets generated code import from this package instead of from a top-level `ductape`."""
    return re.sub(
        r"^from ductape\.jobs\.v1 import ", "from ductape_jobs.v1 import ", text, flags=re.M
    )


def widen_constructors(text: str) -> str:
    """Types what protobuf's constructors take: datetimes, timedeltas, dicts."""
    for message, native in ALSO_TAKEN.items():
        name = re.escape(message)
        text = re.sub(rf"(: {name}) \| None = \.\.\.", rf"\1 | {native} | None = ...", text)
        text = re.sub(
            rf"(_abc\.Iterable\[{name})\] \| None = \.\.\.", rf"\1 | {native}] | None = ...", text
        )
    imports = "import builtins as _builtins\n"
    added = "from collections import abc as _abc_m\nimport datetime as _dt\n"
    return text.replace(imports, added + imports, 1)


def messages_of(stub: str) -> list[str]:
    """The top-level messages of a type stub."""
    return re.findall(r"^class (\w+)\(_message\.Message\):", stub, flags=re.M)


def write_v1(out: Path) -> None:
    """Writes the package of the stubs."""
    protos = sorted((proto_root() / PROTO_PACKAGE).glob("*.proto"))
    with tempfile.TemporaryDirectory() as folder:
        run_protoc(protos, Path(folder))
        generated = sorted((Path(folder) / PROTO_PACKAGE).iterdir())
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        names = {}
        for file in generated:
            text = move_into_package(file.read_text())
            if file.name.endswith("_pb2.pyi"):
                text = widen_constructors(text)
                names[file.stem] = messages_of(text)
            (out / file.name).write_text(text)
    lines = [
        '"""The messages of the API, as the protos define them: their comments are the manual."""',
        "",
    ]
    for module, messages in names.items():
        lines.append(f"from ductape_jobs.v1.{module} import {', '.join(messages)}")
    listed = sorted(name for messages in names.values() for name in messages)
    lines += ["", "__all__ = [", *(f'    "{name}",' for name in listed), "]", ""]
    (out / "__init__.py").write_text("\n".join(lines))


def write_sync(source: Path, out: Path) -> None:
    """Writes the package of the blocking clients."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for file in sorted(source.glob("*.py")):
        text = file.read_text()
        for pattern, replacement in TO_BLOCKING:
            text = re.sub(pattern, replacement, text)
        (out / file.name).write_text(text)


def main() -> None:
    """The command line."""
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "src/ductape_jobs"
    write_v1(package / "v1")
    write_sync(HERE / "src/ductape_jobs/_async", package / "_sync")


if __name__ == "__main__":
    main()
