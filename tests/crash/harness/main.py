"""Crash rounds: see tests/crash/run.sh for the usage."""

import argparse
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import threading
import time

HELD, BROKEN, SETUP = 0, 1, 2
ROUNDS_OF_A_FOLDER = (1, 1, 2, 3)  # how many rounds a data directory lives
ROUND_SECONDS = 240  # a round that takes longer is stuck
MOST_FAULT_ROUNDS = 12

# The rules of which one must break for a fault to count as flagged: a round may break others as well.
RULES_OF_FAULTS = {
    "acknowledge_before_sync": ("R6",),
    "count_after_dispatch": ("R2", "R3", "R10"),
    "forget_timers": ("R9",),
    "drop_last_entry": ("R1", "R2", "R3", "R6", "R8", "R10"),
    "resend_acknowledged": ("R3",),
    "run_after_delete": ("R8",),
    "early_fire": ("R4",),
    "lost_update": ("R6",),
    "double_number": ("R3",),
    "forgotten_catchup": ("R1",),
    "accept_stale_token": ("R7",),
    "count_retry": ("R2",),
}


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        sys.stderr.write(f"tests/crash/run.sh: {message}\n")
        sys.exit(SETUP)


def arguments():
    parser = Arguments(prog="tests/crash/run.sh")
    parser.add_argument("--rounds", type=int, default=None)
    parser.add_argument("--fault", default="")
    parser.add_argument("--list-faults", action="store_true")
    parser.add_argument("--seed", default=str(random.SystemRandom().randrange(1 << 32)))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


class Binaries:
    """The service, and the crash tests' own server with a lossy file system and faults."""

    def __init__(self):
        folder = pathlib.Path(os.environ["DUCTAPE_BINARY_DIR"])
        self.real = folder / "bin" / "ductape-jobsd"
        self.lossy = folder / "bin" / "ductape-jobsd-crash"
        for binary in (self.real, self.lossy):
            if not os.access(binary, os.X_OK):
                sys.stderr.write(f"tests/crash/run.sh: {binary} is not built\n")
                sys.exit(SETUP)

    def faults(self):
        return subprocess.run([self.lossy, "--list-faults"], check=True, capture_output=True, text=True).stdout.split()

    def command(self, lossy, fault):
        if fault:
            return [str(self.lossy), "--fault", fault]
        return [str(self.lossy)] if lossy else [str(self.real)]


class Campaign:
    """Rounds on one folder, one after the other."""

    def __init__(self, plan, index):
        self.plan = plan
        self.seed = f"{plan.options.seed}.{index}"
        self.lossy = index % 2 == 1
        self.folder = plan.folder / str(index)
        self.length = random.Random(self.seed).choice(ROUNDS_OF_A_FOLDER)

    def run(self):
        held = True
        for number in range(1, self.length + 1):
            if not held or not self.plan.take():
                break
            held = self.round(number)
        if held and not self.plan.options.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def round(self, number):
        begin = time.monotonic()
        command = self.plan.binaries.command(self.lossy, self.plan.options.fault)
        played = self.call("harness.one_round", [self.folder, self.seed, number, *command])
        if played.returncode != 0:
            self.plan.fail(f"round {self.seed}-{number} could not run:\n{played.stdout}{played.stderr}")
            return False
        checked = self.call("checker.main", [self.folder])
        verdict = {0: "held", 1: "BROKEN"}.get(checked.returncode)
        if verdict is None:
            self.plan.fail(f"the checker failed on {self.folder}:\n{checked.stdout}{checked.stderr}")
            return False
        server = self.plan.options.fault or ("unsynced loss" if self.lossy else "ductape-jobsd")
        first, _, rest = checked.stdout.partition("\n")
        text = f"round {self.seed}-{number} ({server}) {verdict} in {time.monotonic() - begin:.1f} s: {first}\n"
        self.plan.say(text + rest + (f"kept: {self.folder}\n" if checked.returncode else ""))
        self.plan.note(checked.returncode == 0, re.findall(r"^(R\d+) broken", rest, re.MULTILINE))
        return checked.returncode == 0

    @staticmethod
    def call(module, more):
        command = [sys.executable, "-m", module, *map(str, more)]
        return subprocess.run(command, capture_output=True, text=True, timeout=ROUND_SECONDS, check=False)


class Plan:
    """What is to be done and how it went. Thread-safe."""

    def __init__(self, options, binaries, folder):
        self.options = options
        self.binaries = binaries
        self.folder = folder
        self.left = options.rounds
        self.held = 0
        self.broken = 0
        self.flagged = False  # by a rule that the fault is to break
        self.failed = False
        self.campaigns = 0
        self.lock = threading.Lock()

    def take(self):
        """Whether one more round is to be run."""
        with self.lock:
            if self.left <= 0 or self.failed or self.flagged:
                return False
            self.left -= 1
            return True

    def next_campaign(self):
        with self.lock:
            if self.left <= 0 or self.failed or self.flagged:
                return None
            self.campaigns += 1
            return Campaign(self, self.campaigns)

    def note(self, held, rules):
        with self.lock:
            self.held += held
            self.broken += not held
            self.flagged |= any(rule in RULES_OF_FAULTS.get(self.options.fault, ()) for rule in rules)

    def fail(self, text):
        with self.lock:
            self.failed = True
        self.say(text)

    def say(self, text):
        with self.lock:
            print(text, end="", flush=True)


def work(plan):
    while (campaign := plan.next_campaign()) is not None:
        try:
            campaign.run()
        except subprocess.TimeoutExpired as stuck:
            plan.fail(f"stuck: {stuck}\n")


def main():
    options = arguments()
    binaries = Binaries()
    faults = binaries.faults()
    if options.list_faults:
        print("\n".join(faults))
        return HELD
    if options.fault and options.fault not in faults:
        sys.stderr.write(f"tests/crash/run.sh: no fault {options.fault}; --list-faults names them\n")
        return SETUP
    if options.rounds is None:
        options.rounds = MOST_FAULT_ROUNDS if options.fault else 10
    folder = pathlib.Path(os.environ["DUCTAPE_CRASH_DIR"]) / f"{options.fault or 'rounds'}-{options.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(options, binaries, folder)
    threads = [threading.Thread(target=work, args=(plan,)) for _ in range(max(1, options.jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if plan.failed:
        return SETUP
    if options.fault:
        verdict = f"flagged in round {plan.held + plan.broken}" if plan.flagged else "ESCAPED"
        print(f"fault {options.fault}: {verdict}, seed {options.seed}")
        return BROKEN if plan.flagged else HELD
    print(f"{plan.held} rounds held, {plan.broken} broken, seed {options.seed}")
    return BROKEN if plan.broken else HELD


if __name__ == "__main__":
    sys.exit(main())
