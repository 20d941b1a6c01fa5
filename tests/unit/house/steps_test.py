"""tests/support/steps.sh sums what steps report and goes on after a failing one."""
import os
import signal
import subprocess
import tempfile
import unittest

STEPS = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../support/steps.sh"))


def run(body):
    """(exit code, lines) of a script that sources steps.sh, runs the body and ends."""
    with tempfile.TemporaryDirectory() as folder:
        script = f'set -euo pipefail\n. "{STEPS}"\nsteps_begin "{folder}/logs"\n{body}\nsteps_end\n'
        done = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


class Steps(unittest.TestCase):
    def test_reports_are_summed_and_silent_steps_count_as_one(self):
        code, lines = run("step a 9 echo '3 passed, 0 failed'\nstep b 9 true")
        self.assertEqual((code, lines[-1]), (0, "4 passed, 0 failed"))

    def test_failing_step_does_not_stop_the_next(self):
        code, lines = run("step a 9 false || true\nstep b 9 bash -c 'echo 2 passed, 1 failed; exit 1' || true\nstep c 9 true")
        self.assertEqual((code, lines[-1]), (1, "3 passed, 2 failed"))
        self.assertTrue(any(line.startswith("FAILED: a ") for line in lines))

    def test_failure_that_reports_none_counts(self):
        code, lines = run("step a 9 bash -c 'echo 5 passed, 0 failed; exit 3' || true")
        self.assertEqual((code, lines[-1]), (1, "5 passed, 1 failed"))

    def test_missing_command_fails(self):
        self.assertEqual(run("step a 9 ./not-there || true")[1][-1], "0 passed, 1 failed")

    def test_step_is_stopped_after_its_time(self):
        code, lines = run("step a 1 sleep 60 || true")
        self.assertEqual((code, lines[-1]), (1, "0 passed, 1 failed"))
        self.assertIn("stopped after 1 s", lines)

    def test_process_left_behind_does_not_hold_the_run(self):
        with tempfile.TemporaryDirectory() as folder:
            pid_file = os.path.join(folder, "pid")
            code, lines = run(f"step a 60 bash -c 'sleep 1000 & echo $! >{pid_file}'")
            with open(pid_file, encoding="utf-8") as file:
                os.kill(int(file.read()), signal.SIGKILL)  # still there: the run did not wait for it
        self.assertEqual((code, lines[-1]), (0, "1 passed, 0 failed"))

    def test_output_of_a_step_is_shown_once(self):
        self.assertEqual(run("step a 9 bash -c 'echo hello; echo hello2'")[1].count("hello"), 1)


if __name__ == "__main__":
    unittest.main()
