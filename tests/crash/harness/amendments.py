"""Random times to skip, and random ranges to backfill, of a job as it was last known."""

from ductape.jobs.v1 import job_pb2

from checker.occurrences import Definition
from harness.clock import now
from harness.views import job_view

Job = job_pb2.Job

SOONEST_MS = 15  # what is to be skipped is to come when the call arrives
SOON_MS = 1200  # and mostly comes within the round
MOST_OCCURRENCES = 30  # of a backfill, about
STEP_MS = 1000  # patterns are due every second or some
LONGEST_MS = 3000  # what is known of a job may be of the one before: so many times there are not to be
TRIES = 4


def definition_of(job):
    """None of a job that nobody saw, or that has no times of its own."""
    if not job.uid:
        return None
    definition = Definition.of(job_view(job))
    return None if definition.fixed_delay else definition


def fit(job):
    """Whether the job, as it was last known, has occurrences to skip or to backfill."""
    return bool(job.uid) and job.interval_mode != Job.FIXED_DELAY and job.state != Job.COMPLETED


class Amendments:
    """Of one client. What was asked for is mostly an occurrence, sometimes beside one."""

    def __init__(self, rng):
        self.rng = rng
        self.asked = {}  # tag -> the time that was asked for last

    def job_of(self, known, tag, tags):
        """Mostly a job that has occurrences; the one of the tag if there is none in some tries."""
        chosen = (known.job(t) for t in [tag, *self.rng.sample(tags, TRIES)])
        return next(filter(fit, chosen), known.job(tag))

    def time_to_skip(self, job):
        rng = self.rng
        definition = definition_of(job)
        if job.tag in self.asked and rng.random() < 0.2:
            return self.asked[job.tag]
        time = now() // 1000 + SOONEST_MS + int(SOON_MS * rng.random() ** 2)
        following = definition.next(time) if definition is not None else None
        time = time if following is None else following
        self.asked[job.tag] = time
        return time + (rng.random() < 0.05)

    def time_to_undo(self, job):
        skipped = job_view(job)["skipped"]
        if skipped and self.rng.random() < 0.8:
            return self.rng.choice(skipped[:10])
        return self.asked.get(job.tag) or self.time_to_skip(job)

    def range(self, job):
        """(begin, end): its occurrences lie in [begin, end), sometimes one at its very begin or end."""
        rng = self.rng
        definition = definition_of(job)
        step = definition.interval if definition is not None and definition.interval else STEP_MS
        end = now() // 1000 - int(500 * rng.random() ** 2)
        begin = end - max(1, int(min(LONGEST_MS, step * rng.uniform(0.2, MOST_OCCURRENCES))))
        if definition is not None and rng.random() < 0.5:
            times = definition.in_range(begin, end)
            if len(times) > 1:
                begin, end = times[0], rng.choice((end, times[-1]))
        if rng.random() < 0.04:
            end = now() // 1000 + 200
        return begin, end
