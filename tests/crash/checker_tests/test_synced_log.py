import pathlib
import tempfile
import unittest

from harness.synced_log import SyncedLog


class SyncedLogTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "log"
        self.log = SyncedLog(self.path)

    def test_sync_writes(self):
        self.log.add({"a": 1})
        self.log.sync()
        self.assertEqual(self.path.read_text(), '{"a":1}\n')

    def test_settle_leaves_the_buffer_to_the_thread_that_fills_it(self):
        self.log.add({"a": 1})
        self.log.settle()
        self.assertEqual(self.path.read_text(), "")
        self.log.write()
        self.assertEqual(self.path.read_text(), '{"a":1}\n')


if __name__ == "__main__":
    unittest.main()
