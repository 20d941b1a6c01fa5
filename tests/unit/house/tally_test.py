"""tests/support/tally.py counts cases, and a binary that died without reporting one."""
import os
import subprocess
import sys
import tempfile
import unittest

TALLY = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../support/tally.py"))
GTEST = '<testsuites><testsuite name="S">{}</testsuite></testsuites>'
OK = '<testcase name="{}" status="run" classname="S"/>'
BAD = '<testcase name="{}" status="run" classname="S"><failure message="no"/></testcase>'


def entry_xml(name, status):
    if isinstance(status, str):
        return f'<testcase name="{name}" status="{status}"/>'
    return f'<testcase name="{name}" status="{status[0]}"><skipped message="{status[1]}"/></testcase>'


def tally(entries, reports):
    """(exit code, lines) for ctest entries {name: status or (status, why skipped)} and GoogleTest reports {name: xml}."""
    with tempfile.TemporaryDirectory() as folder:
        junit = os.path.join(folder, "ctest.xml")
        cases = "".join(entry_xml(name, status) for name, status in entries.items())
        with open(junit, "w", encoding="utf-8") as file:
            file.write(f"<testsuite>{cases}</testsuite>")
        for name, text in reports.items():
            with open(os.path.join(folder, f"{name}.xml"), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, TALLY, junit, folder], stdout=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


class Tally(unittest.TestCase):
    def test_cases_are_counted_and_other_entries_count_as_one(self):
        code, lines = tally({"a": "run", "script": "run"}, {"a": GTEST.format(OK.format("x") + OK.format("y"))})
        self.assertEqual((code, lines), (0, ["3 passed, 0 failed"]))

    def test_failed_cases_are_named(self):
        code, lines = tally({"a": "fail"}, {"a": GTEST.format(OK.format("x") + BAD.format("y"))})
        self.assertEqual((code, lines), (1, ["FAILED a: S.y", "1 passed, 1 failed"]))

    def test_failure_without_a_failed_case_counts(self):
        code, lines = tally({"a": "fail"}, {"a": GTEST.format(OK.format("x"))})
        self.assertEqual((code, lines), (1, ["FAILED a: the whole test (fail)", "1 passed, 1 failed"]))

    def test_crash_without_or_with_a_broken_report_counts(self):
        for reports in ({}, {"a": "<testsuites><tes"}):
            code, lines = tally({"a": "fail", "b": "run"}, reports)
            self.assertEqual((code, lines[-1]), (1, "1 passed, 1 failed"))

    def test_binary_that_is_not_there_counts(self):
        for entry in ("notrun", ("notrun", "Unable to find executable")):
            code, lines = tally({"a": entry}, {})
            self.assertEqual((code, lines[-1]), (1, "0 passed, 1 failed"))

    def test_skipped_entry_is_named_and_not_counted(self):
        code, lines = tally({"a": ("notrun", "SKIP_RETURN_CODE=77"), "b": "run"}, {})
        self.assertEqual((code, lines), (0, ["SKIPPED a", "1 passed, 0 failed"]))

    def test_nothing_run_is_no_success(self):
        self.assertEqual(tally({}, {}), (1, ["0 passed, 0 failed"]))

    def test_unreadable_report_is_an_error(self):
        done = subprocess.run([sys.executable, TALLY, "/nonexistent"], stderr=subprocess.DEVNULL, check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
