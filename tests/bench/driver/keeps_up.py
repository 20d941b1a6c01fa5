"""The search for the highest rate that is held."""

from . import tools

COMPLETED_SHARE = 0.995


def kept_up(result):
    """Whether a stretch held its rate: what was due was completed, and lateness did not grow."""
    complete = result["completed"] >= COMPLETED_SHARE * result["due"]
    early, late = result["first_quarter_p50_ms"], result["last_quarter_p50_ms"]
    if early is None or late is None:
        return False
    return complete and late <= 2 * early + 5


def highest(rates, probe, hold):
    """The result of the highest of `rates` that is held, and that rate; (None, 0) if none is.

    `probe(rate)` measures a short stretch: it is asked upwards until one is not held. `hold(rate)` measures a whole stretch: it is
    asked for the best one probed, and downwards from there, a tenth each time, until it is held.
    """
    best = 0
    for rate in rates:
        if not kept_up(probe(rate)):
            tools.note(f"    {rate}/s is not held")
            break
        best = rate
    for _ in range(5):
        if best == 0:
            break
        result = hold(best)
        if kept_up(result):
            return result, best
        tools.note(f"    {best}/s is not held for the whole stretch")
        best = best * 9 // 10
    return None, 0
