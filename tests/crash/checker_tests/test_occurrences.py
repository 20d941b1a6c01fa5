import unittest

from checker.occurrences import Definition


class Times(unittest.TestCase):
    def all(self, definition, after=0, most=8):
        found = []
        while len(found) < most and (time := definition.next(after)) is not None:
            found.append(time)
            after = time
        return found

    def test_intervals(self):
        definition = Definition(interval=100, start=1000, end=1400, exclude=(1100, 1150))
        self.assertEqual(self.all(definition), [1000, 1200, 1300])
        self.assertEqual(definition.count(1000, 1300), 3)
        self.assertEqual(definition.count(1001, 1199), 0)

    def test_given_times(self):
        definition = Definition(times=(900, 1000, 1250), start=1000, exclude=(1000,))
        self.assertEqual(self.all(definition), [1250])
        self.assertEqual(definition.count(0, 9999), 1)

    def test_a_pattern_from_its_start_to_its_end(self):
        definition = Definition(cron="*/2 * * * * *", start=3001, end=10_000, exclude=(6000,))
        self.assertEqual(self.all(definition), [4000, 8000])
        self.assertEqual(definition.count(4000, 8000), 2)
        self.assertTrue(definition.holds(8000))
        self.assertFalse(definition.holds(6000) or definition.holds(8001))

    def test_a_rule_counts_from_the_second_after_its_start(self):
        definition = Definition(rule="FREQ=SECONDLY;INTERVAL=3", start=3001)
        self.assertEqual(self.all(definition, most=3), [4000, 7000, 10_000])
        self.assertEqual(definition.next(7000), 10_000)
        self.assertEqual(definition.next(6999), 7000)

    def test_what_decides_times(self):
        plain = Definition(cron="* * * * * *", start=1000)
        self.assertEqual(plain.timing, Definition(cron="* * * * * *", start=1000, executions=3).timing)
        for change in ({"zone": "Asia/Kolkata"}, {"dst": ("SKIP", "FIRST")}, {"jitter": 1}, {"exclude": (1000,)}, {"end": 9}):
            self.assertNotEqual(plain.timing, Definition(**({"cron": "* * * * * *", "start": 1000} | change)).timing, change)


class Ranges(unittest.TestCase):
    def test_an_interval_counts_back_from_its_start(self):
        definition = Definition(interval=100, start=1030, exclude=(830,))
        self.assertEqual(definition.in_range(730, 1130), [730, 930, 1030])
        self.assertEqual(definition.in_range(731, 930), [])
        self.assertEqual(definition.in_range(1131, 1331), [1230, 1330])

    def test_before_the_start(self):
        self.assertEqual(Definition(cron="* * * * * *", start=9000).in_range(1001, 4000), [2000, 3000])
        self.assertEqual(Definition(times=(900, 1000, 1250), start=1000).in_range(0, 1250), [900, 1000])
        self.assertEqual(Definition(rule="FREQ=SECONDLY", start=3000).in_range(1000, 5000), [3000, 4000])

    def test_before_the_end(self):
        self.assertEqual(Definition(interval=100, start=0, end=300).in_range(100, 900), [100, 200])

    def test_without_some_times(self):
        definition = Definition(interval=100, exclude=(100,))
        self.assertEqual(definition.without([200, 300]).next(0), 400)
        self.assertEqual(definition.without([]), definition)


class Jitter(unittest.TestCase):
    def test_stays_below_the_next_time(self):
        self.assertEqual(Definition(interval=100, jitter=30).latest(200), 230)
        self.assertEqual(Definition(interval=100, jitter=300).latest(200), 299)
        self.assertEqual(Definition(interval=100, jitter=300, exclude=(300,)).latest(200), 399)
        self.assertEqual(Definition(interval=100, jitter=300, end=300).latest(200), 500)
        self.assertEqual(Definition(interval=100, jitter=300, fixed_delay=True).latest(217), 517)

    def test_from_the_moment_to_the_time(self):
        definition = Definition(interval=100, jitter=30)
        self.assertEqual([definition.put_off_to(t) for t in (199, 200, 230, 231)], [[], [200], [200], []])
        self.assertEqual(Definition(interval=10, jitter=30).put_off_to(215), [210])
        self.assertEqual(Definition(interval=100).put_off_to(200), [200])
        self.assertEqual(Definition(interval=100).put_off_to(201), [])


if __name__ == "__main__":
    unittest.main()
