"""Generates the stubs and the blocking clients before a package is put together."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class StubsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs stubs.py with the interpreter of the build, which has the pinned tools."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling."""
        if self.target_name == "wheel":
            script = Path(self.root) / "stubs.py"
            subprocess.run([sys.executable, str(script)], check=True)
