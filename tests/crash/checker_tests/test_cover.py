import unittest

from checker.calendar_versions import calendars_of
from checker.cover import CLEAR, COVERED, EITHER, Cover
from checker.occurrences import Definition
from checker_tests.calendar_story import OFF, CalendarStory


class Covers(unittest.TestCase):
    """Version 1 covers second 2, version 2 from 3.0 on second 4."""

    def setUp(self):
        self.story = CalendarStory()
        self.story.put("create", 500, 510, "v1", (2, 2), (4, 4), (5, 5))
        self.story.put("update", 3000, 3010, "v2", (1, 2), (4, 4))

    def cover(self, jitter=0, tags=(OFF,)):
        return Cover(tags, "", jitter, calendars_of(self.story.evidence))

    def definition(self, **changes):
        return Definition(**({"interval": 100, "start": 1000, "cover": self.cover(changes.get("jitter", 0))} | changes))


class Verdicts(Covers):
    def test_by_the_version_in_force(self):
        verdicts = [self.cover().verdict(time) for time in (1500, 1999, 2000, 2999, 3500, 4500, 5500)]
        self.assertEqual(verdicts, [CLEAR, CLEAR, COVERED, COVERED, CLEAR, COVERED, CLEAR])

    def test_while_it_changes(self):
        self.story.put("update", 4500, 4510, "v3")
        verdicts = [self.cover().verdict(time) for time in (4399, 4400, 4510, 4511)]
        self.assertEqual(verdicts, [COVERED, EITHER, EITHER, CLEAR])

    def test_of_times_that_both_versions_cover(self):
        self.story.put("update", 4500, 4510, "v3", (4, 4))
        self.assertEqual(self.cover().verdict(4505), COVERED)

    def test_a_deletion(self):
        self.story.remove(4500, 4510)
        self.assertEqual([self.cover().verdict(time) for time in (4300, 4450, 4600)], [COVERED, EITHER, CLEAR])

    def test_a_time_that_jitter_puts_off_is_decided_later(self):
        self.story.put("update", 4500, 4510, "v3")
        self.assertEqual([self.cover(jitter=200).verdict(time) for time in (4199, 4200, 4511)], [COVERED, EITHER, CLEAR])

    def test_what_an_answer_rests_on(self):
        cover = self.cover()
        self.assertEqual([cover.at(1000, 1010).verdict(time) for time in (2500, 5500)], [COVERED, COVERED])
        self.assertEqual([cover.at(2950, 2960).verdict(time) for time in (2500, 5500)], [COVERED, EITHER])
        self.assertEqual([cover.at(3500, 3510).verdict(time) for time in (1500, 2500, 5500)], [CLEAR, COVERED, CLEAR])

    def test_of_two_calendars(self):
        other = {"key": "other", "args": {"name": "o1", "calendar": self.story.evidence.calls[0].args["calendar"]}}
        self.story.lost("calendar.create", 600, **other)
        self.assertEqual([self.cover(tags=(OFF, "other")).verdict(time) for time in (4500, 5500)], [COVERED, EITHER])

    def test_the_same_until(self):
        self.assertEqual([self.cover().same_until(time) for time in (1000, 2000, 2500, 6000)], [2000, 2900, 2900, 60_000])


class Times(Covers):
    def test_the_next_time(self):
        definition = self.definition()
        self.assertEqual([definition.next(time) for time in (1800, 1900, 2500, 3900)], [1900, 3000, 3000, 5000])

    def test_what_may_be_one_and_what_surely_is(self):
        self.story.put("update", 4500, 4510, "v3")
        definition = self.definition()
        self.assertEqual((definition.next(4000), definition.surely_next(4000)), (4400, 4600))
        self.assertEqual((definition.count(4000, 4700), definition.count(4000, 4700, surely=True)), (4, 2))
        self.assertEqual([definition.holds(time) for time in (4300, 4400, 4600)], [False, True, True])
        self.assertEqual([definition.surely_holds(time, 4500) for time in (4400, 4600)], [False, False])
        self.assertTrue(definition.surely_holds(4600, 4520))

    def test_before_an_end(self):
        self.assertIsNone(self.definition(end=2500).next(1900))

    def test_a_day_that_is_covered(self):
        calendar = {"zone": "", "dates": ["1970-01-01"], "ranges": [], "yearly": [], "hours": [], "icalendar": ""}
        self.story.call("calendar.update", 5000, 5010, key=OFF, args={"name": "v3", "calendar": calendar})
        self.assertEqual(self.definition().next(9000), 86_400_000)

    def test_what_jitter_may_have_put_off(self):
        self.assertEqual(self.definition(jitter=250).put_off_to(3150), [3100])
        self.story.put("update", 4500, 4510, "v3")
        self.assertEqual(self.definition(jitter=250).put_off_to(4510), [4300, 4400, 4500])
        self.assertEqual(self.definition(jitter=250).put_off_to(4810), [4800])

    def test_jitter_may_reach_into_what_is_covered(self):
        self.assertEqual(self.definition(jitter=250).latest(1900), 2150)
        self.assertEqual(self.definition(jitter=250).latest(3000), 3099)

    def test_another_calendar_is_another_timing(self):
        self.assertNotEqual(self.definition().timing, self.definition(cover=None).timing)
        self.assertNotEqual(self.definition().timing, self.definition(cover=self.cover(tags=(OFF, "other"))).timing)


class Signatures(Covers):
    def test_are_known_where_one_version_is_in_force(self):
        definition = self.definition()
        self.assertEqual(definition.calendars(1000, 1000), definition.calendars(2000, 2010))
        self.assertNotEqual(definition.calendars(1000, 1000), definition.calendars(3500, 3500))
        self.assertIsNone(definition.calendars(2950, 2950))
        self.assertEqual(self.definition(cover=None).calendars(0, 9000), ())


if __name__ == "__main__":
    unittest.main()
