import unittest

from checker.calendar_versions import calendars_of
from checker_tests.calendar_story import OFF, CalendarStory, definition


class Versions(unittest.TestCase):
    """Calls are taken to take effect 100 ms before their begin at the earliest."""

    def setUp(self):
        self.story = CalendarStory()
        self.story.put("create", 500, 510, "v1")

    def check(self, **expected):
        """at2000="v1 v2" says which may be in force then; `-` is none at all."""
        versions = calendars_of(self.story.evidence).by_tag[OFF]
        for at, names in expected.items():
            found = {change.name or "-" for change in versions.in_force(int(at[2:]), int(at[2:]))}
            self.assertEqual(found, set(names.split()), at)


class Answered(Versions):
    def test_before_and_after_it_was_created(self):
        self.check(at399="-", at400="- v1", at510="- v1", at511="v1", at9000="v1")

    def test_to_jobs_it_stood_from_the_first(self):
        versions = calendars_of(self.story.evidence).by_tag[OFF]
        self.assertEqual([change.name for change in versions.in_force_for_jobs(100, 200)], ["v1"])

    def test_an_update(self):
        self.story.put("update", 2000, 2010, "v2")
        self.check(at1899="v1", at1900="v1 v2", at2010="v1 v2", at2011="v2")

    def test_a_range_of_moments(self):
        self.story.put("update", 2000, 2010, "v2")
        versions = calendars_of(self.story.evidence).by_tag[OFF]
        self.assertEqual([change.name for change in versions.in_force(1000, 1950)], ["v1", "v2"])
        self.assertEqual([change.name for change in versions.in_force(2011, 1 << 40)], ["v2"])

    def test_a_deletion_and_a_new_one(self):
        self.story.remove(2000, 2010)
        self.story.put("create", 3000, 3010, "v4", uid="c2", generation=1)
        self.check(at1899="v1", at1950="v1 -", at2500="-", at2950="- v4", at3011="v4")

    def test_a_refused_change(self):
        self.story.refused("calendar.update", 2000, 2010, "ABORTED", "ETAG_MISMATCH", key=OFF)
        self.story.refused("calendar.delete", 2000, 2010, "FAILED_PRECONDITION", "CALENDAR_IN_USE", key=OFF)
        self.check(at2005="v1", at3000="v1")

    def test_two_at_once_by_their_generations(self):
        self.story.put("update", 2000, 2300, "v3")
        self.story.put("update", 2000, 2200, "v2")
        self.check(at2200="v1 v2 v3", at2250="v2 v3", at2301="v3")


class Lost(Versions):
    def test_it_may_be_in_force_ever_since(self):
        self.story.lose(2000, "v2")
        self.check(at1899="v1", at2500="v1 v2", at9000="v1 v2")

    def test_until_another_surely_came_later(self):
        self.story.lose(2000, "v2", given_up=2100)
        self.story.restart(2050, 2060, 2)
        self.story.restart(2200, 2210, 3)
        self.story.put("update", 2400, 2410, "v3")
        self.check(at2250="v1 v2", at2350="v1 v2 v3", at2411="v3")

    def test_one_that_may_have_come_after_the_next(self):
        self.story.lose(2000, "v2", given_up=2100)
        self.story.restart(2500, 2510, 2)
        self.story.put("update", 2400, 2410, "v3")
        self.check(at2450="v2 v3", at9000="v2 v3")

    def test_it_is_shown(self):
        self.story.lose(2000, "v2")
        self.story.get(3000, 3010, "v2")
        self.check(at1950="v1 v2", at3010="v1 v2", at3011="v2")

    def test_it_never_happened(self):
        self.story.lose(2000, "v2", given_up=2050)
        self.story.restart(2050, 2060, 2)
        self.story.get(3000, 3010, "v1")
        self.check(at2000="v1", at2500="v1", at9000="v1")

    def test_it_may_happen_after_a_read(self):
        self.story.lose(2000, "v2")
        self.story.get(3000, 3010, "v1")
        self.check(at9000="v1 v2")

    def test_a_deletion_that_a_read_shows(self):
        self.story.lost("calendar.delete", 2000, key=OFF)
        self.story.get_none(3000, 3010)
        self.check(at2500="v1 -", at3011="-")

    def test_a_deletion_that_never_happened(self):
        self.story.lost("calendar.delete", 2000, key=OFF, given_up=2_050_000)
        self.story.restart(2050, 2060, 2)
        self.story.get(3000, 3010, "v1")
        self.check(at2500="v1", at9000="v1")

    def test_a_refusal_of_a_later_try(self):
        more = {"key": OFF, "tries": 2, "args": {"name": "v9", "calendar": definition()}, "given_up": 700_000}
        self.story.refused("calendar.create", 400, 700, "ALREADY_EXISTS", "CALENDAR_ALREADY_EXISTS", **more)
        self.check(at600="v1 v9")

    def test_the_final_state_shows_it(self):
        self.story.lost("calendar.delete", 2000, key=OFF)
        self.story.final(5000, [], [])
        self.check(at2500="v1 -", at5002="-")


if __name__ == "__main__":
    unittest.main()
