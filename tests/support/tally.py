#!/usr/bin/env python3
"""Counts a ctest run case by case.

Usage: tally.py CTEST_JUNIT_XML [GTEST_XML_DIR]

ctest knows one entry per test binary. Where the binary left GoogleTest's XML as GTEST_XML_DIR/<entry>.xml, its cases are
counted; elsewhere the entry counts as one. An entry that failed without a failed case (a crash, a sanitizer's report, a timeout)
counts as one failed. One that said by its exit code that this machine cannot run it counts as neither. Failed and skipped cases are
named; the last line is `N passed, N failed`.
Exit codes: 0 all passed, 1 some failed or nothing ran, 2 usage or an unreadable report.
"""
import os
import sys
import xml.etree.ElementTree as ElementTree


def gtest_cases(path):
    """(passed, names of failed cases) of a GoogleTest report; nothing where it is absent or cut short by a crash."""
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError):
        return 0, []
    passed, failed = 0, []
    for case in root.iter("testcase"):
        if case.get("status") == "notrun":
            continue
        if case.find("failure") is None:
            passed += 1
        else:
            failed.append(f"{case.get('classname')}.{case.get('name')}")
    return passed, failed


def skipped_itself(entry):
    """Whether the test ended with its SKIP_RETURN_CODE; ctest reports a binary that is not there as skipped, too."""
    reason = entry.find("skipped")
    return reason is not None and reason.get("message", "").startswith("SKIP_RETURN_CODE=")


def tally(junit, gtest_dir):
    """(passed, names of failed cases, names of skipped entries) of a whole ctest run."""
    passed, failed, skipped = 0, [], []
    for entry in ElementTree.parse(junit).getroot().iter("testcase"):
        name, status = entry.get("name"), entry.get("status")
        if status == "disabled":
            continue
        if skipped_itself(entry):
            skipped.append(name)
            continue
        cases, broken = gtest_cases(os.path.join(gtest_dir, f"{name}.xml")) if gtest_dir else (0, [])
        failed += [f"{name}: {case}" for case in broken]
        passed += cases
        if status != "run" and not broken:
            failed.append(f"{name}: the whole test ({status})")
        elif status == "run" and not cases and not broken:
            passed += 1
    return passed, failed, skipped


def main(arguments):
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        passed, failed, skipped = tally(arguments[0], arguments[1] if len(arguments) > 1 else "")
    except (OSError, ElementTree.ParseError) as error:
        print(f"tally: {arguments[0]}: {error}", file=sys.stderr)
        return 2
    for name in skipped:
        print(f"SKIPPED {name}")
    for name in failed:
        print(f"FAILED {name}")
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
