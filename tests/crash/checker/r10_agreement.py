"""R10: counts, runs and timers agree: the job, its records and what the sinks saw tell one story."""

from checker import calendar_counts, chain
from checker.answers import answers
from checker.occurrences import Definition
from checker.records import TERMINAL, ms
from checker.report import Violation


def check(evidence, histories):
    final = evidence.last
    if final is None:
        return []
    broken = check_pages(final.listed, final.source) + check_run_pages(final) + calendar_counts.check(final)
    for listing in evidence.listings:
        broken += check_pages([job["uid"] for job in listing.jobs], listing.source)
    for uid, runs in final.runs.items():
        job = next((j for j in final.jobs.values() if j["uid"] == uid), None)
        history = histories.get(uid)
        broken += check_numbers(uid, runs, job, history)
        if job is not None:
            broken += check_counts(job, runs)
            broken += check_active(job, runs)
    for probe in final.probes:
        broken += check_timer(histories, final, probe["job"], (ms(probe["at"]), ms(probe["until"])))
    for job in final.jobs.values():
        broken += check_timer(histories, final, job, (ms(final.read_from), ms(final.read_to)))
    return broken + check_recorded(evidence, histories) + check_dues(evidence, histories)


def check_pages(names, source):
    """A listing shows a job once, whatever happens meanwhile."""
    twice = sorted({name for name in names if names.count(name) > 1})
    return [Violation("R10", name, "the pages of ListJobs show it more than once", [f"{source}: {names}"]) for name in twice]


def check_run_pages(final):
    broken = []
    for uid, runs in final.runs.items():
        numbers = [run["number"] for run in runs]
        if numbers != sorted(set(numbers), reverse=True):
            broken.append(Violation("R10", uid, "the pages of ListRuns are not descending by number", [str(numbers)]))
        strangers = [chain.show_run(run) for run in runs if run["uid"] != uid]
        if strangers:
            broken.append(Violation("R10", uid, "ListRuns shows runs of another job", strangers))
    return broken


def history_limit(history, runs):
    """The smallest number of records that the job was ever told to keep; 0 where that is not known."""
    if history is None or not history.all_seen(runs):
        return 0
    return min((g.job["history_limit"] for g in history.generations.values()), default=0)


def check_numbers(uid, runs, job, history):
    """Numbers run from 1, or from what the history_limit leaves, to the last without a gap."""
    numbers = sorted(run["number"] for run in runs)
    if not numbers:
        return []
    last = numbers[-1]
    missing = sorted(set(range(max(1, last - history_limit(history, runs) + 1), last + 1)) - set(numbers))
    if not missing:
        return []
    name = job["tag"] if job else uid
    return [Violation("R10", name, f"records {missing[:20]} of 1..{last} are missing", [chain.show_run(runs[0])])]


def tally(runs):
    counts = {state: sum(r["count"] for r in runs if r["state"] == state) for state in TERMINAL}
    return {
        "execution_count": sum(1 for link in chain.links(runs) if link.counts),
        "completed": counts["COMPLETED"],
        "failed": counts["FAILED"],
        "cancelled": counts["CANCELLED"],
        "skipped": sum(r["count"] for r in runs if r["state"] == "SKIPPED" and r["end"]),
        "missed": counts["MISSED"],
        "retried": sum(retries(r) for r in runs),
    }


def retries(run):
    """Attempts that failed and were followed by another. A lost worker is a redelivery, not a retry."""
    failed = [a for a in run["attempts"] if a["code"] not in ("", "WORKER_LOST")]
    ended_by_it = run["state"] == "FAILED" and run["attempts"] and run["attempts"][-1]["code"] not in ("", "WORKER_LOST")
    return len(failed) - (1 if ended_by_it else 0)


def check_counts(job, runs):
    passed = max((run["number"] for run in runs), default=0) > job["history_limit"]
    if not chain.complete(runs) and (passed or job["execution_count"] + job["stats"]["skipped"] + job["stats"]["missed"] > 0):
        return []  # what is past the history_limit counts and is not shown
    counted = tally(runs)
    told = {"execution_count": job["execution_count"], **{k: job["stats"][k] for k in counted if k in job["stats"]}}
    if any(run["attempt_count"] > len(run["attempts"]) for run in runs):
        counted.pop("retried")
    wrong = {k: (told[k], counted[k]) for k in counted if told[k] != counted[k]}
    if not wrong:
        return []
    text = ", ".join(f"{k} is {a}, its records give {b}" for k, (a, b) in wrong.items())
    return [Violation("R10", job["tag"], text, [f"job {job['uid']} {told}"])]


def check_active(job, runs):
    active = sorted(run["id"] for run in runs if chain.is_open(run))
    broken = []
    if sorted(job["active"]) != active:
        text = f"active runs are {sorted(job['active'])}, its records give {active}"
        broken.append(Violation("R10", job["tag"], text))
    newest = max((run["number"] for run in runs), default=0)
    if job["last_number"] not in (newest, 0):
        text = f"its last run is number {job['last_number']}, its records end with {newest}"
        broken.append(Violation("R10", job["tag"], text))
    return broken


def check_timer(histories, final, job, seen):
    """The next due time that a job names follows from its records."""
    history = histories.get(job["uid"])
    runs = final.runs.get(job["uid"], [])
    if job["state"] != "ACTIVE" or job["next"] is None or history is None or not (chain.complete(runs) or not runs):
        return []
    definition = history.definition(job["generation"])
    if definition is None or definition.fixed_delay:
        return []
    candidates = definition.at(*seen).put_off_to(job["next"])
    verdicts = [check_named(history, job, runs, seen, named) for named in candidates]
    return min(verdicts, key=len, default=[])  # that there is no candidate is what check_dues says


def check_named(history, job, runs, seen, named):
    definition = history.definition(job["generation"])
    records = chain.links(runs)
    before = [link for link in records if link.first < named and link.generation <= job["generation"]]
    previous = before[-1] if before else None
    if previous is not None and (previous.last >= named or not previous.run["end"] and not previous.counts):
        return []  # inside a stretch that was open then
    ranges = chain.Walk(history, records).expected(previous, job["generation"], job["skipped"], seen)
    if ranges is None or chain.fits(named, ranges):
        return []
    text = f"it names {named} as its next due time, its records give {ranges}"
    return [Violation("R10", job["tag"], text, [previous or "no record", definition])]


def check_recorded(evidence, histories):
    """A run is committed before its first dispatch: what a sink saw has its record, with the same due time."""
    broken = []
    records = {run["id"]: run for runs in evidence.last.runs.values() for run in runs}
    for delivery in evidence.deliveries:
        run = records.get(delivery.run)
        if run is None:
            if not may_be_dropped(evidence.last, histories, delivery):
                text = f"run {delivery.run} was dispatched and has no record"
                broken.append(Violation("R10", delivery.job, text, [delivery]))
        elif run["sched"] != delivery.sched or (run["state"] in ("SKIPPED", "MISSED")):
            text = f"run {delivery.run} was dispatched for {delivery.sched} and its record says otherwise"
            broken.append(Violation("R10", delivery.job, text, [delivery, chain.show_run(run)]))
        elif delivery.trigger and delivery.trigger != run["trigger"]:
            text = f"run {delivery.run} was dispatched as {delivery.trigger}, its record says {run['trigger']}"
            broken.append(Violation("R10", delivery.job, text, [delivery, chain.show_run(run)]))
    return broken


def may_be_dropped(final, histories, delivery):
    runs = final.runs.get(delivery.uid)
    if not runs:
        return False
    last = max(run["number"] for run in runs)
    return delivery.number <= last - history_limit(histories.get(delivery.uid), runs)


def check_dues(evidence, histories):
    """What a job names as its next due time is one, put off by its jitter to the same moment in every answer and its record."""
    broken = []
    told = {}  # (uid, generation, time, calendars in force) -> (when it is due, where that was told)
    for answer in answers(evidence):
        source, job = answer.source, answer.job
        if job["next"] is None or job["mode"] == "FIXED_DELAY":
            continue
        definition = Definition.of(job)
        candidates = definition.put_off_to(job["next"])
        if not candidates:
            text = f"it names {job['next']} as its next due time, and is not due then"
            broken.append(Violation("R10", job["tag"], text, [source, definition]))
        elif set(candidates) <= set(job["skipped"]):
            text = f"it names {candidates[0]} as its next due time, which is skipped"
            broken.append(Violation("R10", job["tag"], text, [source, definition]))
        elif len(candidates) == 1:
            key = (job["uid"], job["generation"], candidates[0])
            broken += check_told(told, key, definition.calendars(ms(answer.begin), ms(answer.end)), job["next"], source)
    for runs in evidence.last.runs.values():
        for link in chain.links(runs):
            key = (link.run["uid"], link.generation, link.first)
            definition = definition_of(histories, link)
            if link.counts and definition is not None:
                calendars = definition.calendars(link.run["due"], link.run["due"])
                broken += check_told(told, key, calendars, link.run["due"], link)
    return broken


def definition_of(histories, link):
    history = histories.get(link.run["uid"])
    return None if history is None else history.definition(link.generation)


def check_told(told, key, calendars, due, source):
    """Jitter ends before the next time, so that what calendars leave out may change when a time is due."""
    if calendars is None:
        return []
    first = told.setdefault((*key, calendars), (due, source))
    if first[0] == due:
        return []
    text = f"its time {key[2]} was due at {first[0]}, and then at {due}"
    return [Violation("R10", key[0], text, [first[1], source])]
