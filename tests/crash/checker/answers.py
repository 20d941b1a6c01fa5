"""Every job that some answer, listing or final state showed, and when that was read."""

from dataclasses import dataclass


@dataclass(slots=True)
class Answer:
    job: dict
    begin: int  # read not before
    end: int  # and not after
    source: object  # prints as one line

    def __str__(self):
        return f"{self.source}"


def answers(evidence):
    for call in evidence.calls:
        if call.outcome == "ok" and call.result and "next" in call.result:
            yield Answer(call.result, call.last_invoke, call.ret, call)
    for listing in evidence.listings:
        for job in listing.jobs:
            yield Answer(job, listing.begin, listing.end, listing.source)
    for final in evidence.finals:
        for job in final.jobs.values():
            yield Answer(job, final.read_from, final.read_to, final.source)
        for probe in final.probes:
            yield Answer(probe["job"], probe["at"], probe["until"], f"probe of {final.source}")


def answers_by_uid(evidence):
    found = {}
    for answer in answers(evidence):
        found.setdefault(answer.job["uid"], []).append(answer)
    return found
