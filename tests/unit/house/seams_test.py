"""Each seam of .ci/check-seams is shown to hold on clean sources and to be reported when it is broken."""
import os
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
CHECK = os.path.join(ROOT, ".ci/check-seams")


def check(files):
    """(exit code, output) of the check on a tree that holds these files."""
    with tempfile.TemporaryDirectory() as tree:
        for path, text in files.items():
            os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
            with open(os.path.join(tree, path), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([sys.executable, CHECK, "--sources-only", tree], stdout=subprocess.PIPE, text=True, check=False)
        return done.returncode, done.stdout


class Seams(unittest.TestCase):
    def assert_broken(self, path, line):
        code, output = check({path: f"// first\n{line}\n"})
        self.assertEqual(code, 1, f"{path}: {line}")
        self.assertIn(f"{path}:2:", output)

    def assert_clean(self, path, line):
        code, output = check({path: line + "\n"})
        self.assertEqual((code, output), (0, ""), f"{path}: {line}")

    def test_core_and_base_include_only_abseil_and_the_standard_library(self):
        for path in ("scheduler/core/a.cc", "scheduler/base/a.h"):
            for name in ("<vector>", "<stdint.h>", "<sys/stat.h>", '"absl/status/status.h"', '"scheduler/base/clock.h"'):
                self.assert_clean(path, f"#include {name}")
            for name in ("<grpcpp/grpcpp.h>", '"google/protobuf/struct.pb.h"', '"rocksdb/db.h"', "<curl/curl.h>",
                         '"ductape/jobs/v1/job.pb.h"', '"scheduler/store/store.h"'):
                self.assert_broken(path, f"#include {name}")

    def test_only_base_includes_the_logs_libraries(self):
        for name in ('"nlohmann/json.hpp"',):
            self.assert_clean("scheduler/base/log.cc", f"#include {name}")
            self.assert_broken("scheduler/core/a.cc", f"#include {name}")

    def test_base_does_not_include_core(self):
        self.assert_broken("scheduler/base/a.h", '#include "scheduler/core/model.h"')

    def test_store_may_include_rocksdb(self):
        self.assert_clean("scheduler/store/rocksdb/a.cc", '#include "rocksdb/db.h"')

    def test_no_real_clock_or_sleep_outside_base(self):
        for call in ("absl::Now();", "std::chrono::steady_clock::now();", "auto f = &system_clock::now;", "gettimeofday(&t, 0);",
                     "clock_gettime(CLOCK_REALTIME, &t);", "time(nullptr);", "std::time(0);", "std::this_thread::sleep_for(d);",
                     "absl::SleepFor(d);", "usleep(5);", "::sleep(1);", "nanosleep(&t, nullptr);", "gpr_now(GPR_CLOCK_REALTIME);"):
            self.assert_broken("scheduler/engine/a.cc", call)
            self.assert_broken("server/handlers/a.cc", call)
            self.assert_clean("scheduler/base/clock.cc", call)
            self.assert_clean("tests/integration/a.cc", call)

    def test_injected_time_and_comments_are_no_clocks(self):
        for line in ("clock.Now();", "clock_->time(0);", "// absl::Now() is for base", "scheduled_time(nullptr);",
                     "int64_t next_time(0);", "timer.sleep(1);"):
            self.assert_clean("scheduler/engine/a.cc", line)

    def test_layers(self):
        self.assert_broken("scheduler/engine/a.h", '#include "server/config.h"')
        self.assert_broken("client/cpp/a.h", '#include "scheduler/core/model.h"')
        self.assert_broken("server/a.h", '#include "tests/support/port.h"')
        self.assert_clean("server/a.h", '#include "scheduler/engine/engine.h"')
        self.assert_clean("client/cpp/a.h", '#include "ductape/jobs/v1/job.pb.h"')

    def test_unknown_option_is_refused(self):
        done = subprocess.run([sys.executable, CHECK, "--nonsense"], stderr=subprocess.DEVNULL, check=False)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
