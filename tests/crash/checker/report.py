"""A broken rule with its evidence, and how it is shown."""

from dataclasses import dataclass, field

MOST_EVIDENCE = 12  # lines shown of one violation
MOST_OF_A_RULE = 5  # violations shown of one rule


@dataclass
class Violation:
    rule: str  # R1 .. R10
    job: str  # tag, uid or both
    text: str
    evidence: list = field(default_factory=list)  # things that print as one line


TITLES = {
    "R1": "each due target is covered by exactly one terminal record",
    "R2": "the runs that count never exceed executions",
    "R3": "no duplicate outside a fault window, inside only a rising (token, attempt)",
    "R4": "nothing early",
    "R5": "lateness within the statement",
    "R6": "the calls on one job are linearizable, and what was acknowledged stands",
    "R7": "no state change by a stale epoch",
    "R8": "no run after an acknowledged delete or pause",
    "R9": "everything due is dispatched within 30 s of healing",
    "R10": "counts, runs and timers agree",
}


def show(violations, out):
    """Writes one block a rule: what it demands, who broke it, and the lines that show it."""
    for rule, title in TITLES.items():
        broken = [v for v in violations if v.rule == rule]
        if not broken:
            continue
        out.write(f"{rule} broken {len(broken)} time(s): {title}\n")
        for violation in broken[:MOST_OF_A_RULE]:
            out.write(f"  job {violation.job}: {violation.text}\n")
            for line in violation.evidence[:MOST_EVIDENCE]:
                out.write(f"    {line}\n")
            if len(violation.evidence) > MOST_EVIDENCE:
                out.write(f"    ... and {len(violation.evidence) - MOST_EVIDENCE} more lines\n")
        if len(broken) > MOST_OF_A_RULE:
            out.write(f"  ... and {len(broken) - MOST_OF_A_RULE} more\n")
