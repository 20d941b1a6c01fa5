"""A part of R10: at rest, jobs and calendars tell one story of who names whom."""

from checker.report import Violation


def check(final):
    broken = []
    for tag, calendar in final.calendars.items():
        naming = sorted(job["tag"] for job in final.jobs.values() if tag in job["calendars"])
        if calendar["job_count"] != len(naming):
            text = f"it says that {calendar['job_count']} jobs name it, and {len(naming)} do"
            broken.append(Violation("R10", tag, text, [f"{final.source}: {naming}"]))
    for job in final.jobs.values():
        missing = [tag for tag in job["calendars"] if tag not in final.calendars]
        if ("CALENDAR_MISSING" in job["conditions"]) != bool(missing):
            text = f"its conditions are {job['conditions']}, and of its calendars {missing or 'none'} is missing"
            broken.append(Violation("R10", job["tag"], text, [f"{final.source}: {job['calendars']}"]))
    return broken
