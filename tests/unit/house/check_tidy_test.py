""".ci/check-tidy looks at what changed, the last change first, and says what it had no time for."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../../.ci/check-tidy"))
SOURCES = ["a.cc", "b.cc", "c.cc", "bad.cc"]


class Repository:
    """A repository of four sources and stubs for the tools; clang-tidy finds something in bad.cc."""

    def __init__(self, root):
        self.root = root
        for folder in (".ci", "tools", "build/tidy"):
            os.makedirs(f"{root}/{folder}")
        shutil.copy(SCRIPT, f"{root}/.ci/check-tidy")
        self.tool("cmake", "exit 0")
        self.tool("clang-tidy", 'for file; do :; done; [ "$file" != bad.cc ] || { echo finding; exit 1; }')
        with open(f"{root}/build/tidy/compile_commands.json", "w", encoding="utf-8") as commands:
            json.dump([{"file": f"{root}/{source}"} for source in SOURCES], commands)
        self.write(".gitignore", "build\ntools\n")
        self.git("init", "-q", "-b", "main")
        self.commit(".gitignore", ".ci")

    def tool(self, name, body):
        self.write(f"tools/{name}", f"#!/bin/sh\n{body}\n")
        os.chmod(f"{self.root}/tools/{name}", 0o755)

    def write(self, path, text):
        with open(f"{self.root}/{path}", "w", encoding="utf-8") as file:
            file.write(text)

    def git(self, *arguments):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e@x", *arguments], cwd=self.root, check=True)

    def commit(self, *paths):
        for path in paths:
            if path.endswith((".cc", ".h")):
                self.write(path, "// changed\n")
        self.git("add", *paths)
        self.git("commit", "-qm", "change")

    def main_is_here(self):
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")

    def check(self, *arguments, seconds="240"):
        """(exit code, lines) of the script."""
        environment = {**os.environ, "PATH": f"{self.root}/tools:{os.environ['PATH']}", "DUCTAPE_TIDY_SECONDS": seconds}
        done = subprocess.run([f"{self.root}/.ci/check-tidy", *arguments], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout.splitlines()


class CheckTidy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.repository = Repository(os.path.realpath(folder.name))

    def test_clone_of_main_looks_at_all_of_the_last_commits(self):
        for source in ("bad.cc", "a.cc", "b.cc"):
            self.repository.commit(source)
        self.repository.main_is_here()
        code, lines = self.repository.check()
        self.assertEqual((code, lines[0]), (1, "clang-tidy on 3 sources"))
        self.assertIn("== bad.cc", lines)

    def test_branch_looks_at_its_own_commits_and_at_what_is_not_committed(self):
        self.repository.commit("bad.cc")
        self.repository.main_is_here()
        self.repository.commit("a.cc")
        self.repository.write("b.cc", "// new\n")
        self.assertEqual(self.repository.check(), (0, ["clang-tidy on 2 sources"]))

    def test_header_stands_for_its_source(self):
        self.repository.commit("a.cc")
        self.repository.main_is_here()
        self.repository.commit("a.h")
        self.assertEqual(self.repository.check(), (0, ["clang-tidy on 1 sources"]))

    def test_what_there_was_no_time_for_is_named(self):
        for source in ("a.cc", "b.cc"):
            self.repository.commit(source)
        self.repository.main_is_here()
        code, lines = self.repository.check(seconds="0")
        self.assertEqual(code, 0)
        self.assertIn("0 s were over: 2 of 2 changed sources", lines[1])
        self.assertEqual(sorted(lines[2:]), ["  a.cc", "  b.cc"])

    def test_given_files_and_all_have_no_bound(self):
        self.repository.commit("bad.cc")
        self.assertEqual(self.repository.check("--all", seconds="0")[0], 1)
        self.assertEqual(self.repository.check("a.cc", seconds="0"), (0, ["clang-tidy on 1 sources"]))


if __name__ == "__main__":
    unittest.main()
