"""What else runs on the machine while a group is measured."""

import os
import resource
import time

from . import tools

# More than this much of a core makes a figure doubtful.
TOLERATED_CORES = 0.2


def busy_seconds():
    """CPU time of everything on the machine since it was started."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, irq, softirq = (int(field) for field in stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    """CPU time of this process and of all that it started and that have ended."""
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


class Watch:
    """Measures from its creation on."""

    def __init__(self):
        self._start = (time.monotonic(), busy_seconds(), own_seconds())

    def other_cores(self):
        """How many cores others have kept busy; kernel threads that work for the measured count among them."""
        elapsed, busy, own = (now - then for now, then in zip((time.monotonic(), busy_seconds(), own_seconds()), self._start))
        return max(0.0, busy - own) / elapsed if elapsed > 0 else 0.0

    def tell(self):
        cores = self.other_cores()
        warning = ": TOO MUCH, take the figures again" if cores > TOLERATED_CORES else ""
        tools.note(f"    others kept {cores:.2f} cores busy{warning}")
