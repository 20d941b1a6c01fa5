"""The package's version, which is that of the whole product."""

from importlib.metadata import version

VERSION = version("ductape-jobs")
