import unittest

from checker import r6_linearizable
from checker_tests.calendar_story import OFF, CalendarStory, definition, view
from checker_tests.story import job

FIRST = {"name": "n1", "calendars": [OFF]}


class Calls(unittest.TestCase):
    def setUp(self):
        self.story = CalendarStory()
        self.story.put("create", 500, 510, "v1", (2, 2))

    def rest(self, at, *calendars):
        self.story.final(at, [], [], calendars={shown["tag"]: shown for shown in calendars})

    def holds(self):
        self.assertEqual(self.story.texts(r6_linearizable), [])

    def breaks(self, text):
        texts = self.story.texts(r6_linearizable)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)


class Order(Calls):
    def test_calls_one_after_another(self):
        self.story.put("update", 600, 610, "v2")
        self.story.get(620, 630, "v2", calendar=definition())
        self.story.refused("calendar.create", 640, 650, "ALREADY_EXISTS", "CALENDAR_ALREADY_EXISTS", key=OFF)
        self.story.refused("calendar.delete", 660, 670, "FAILED_PRECONDITION", "CALENDAR_IN_USE", key=OFF)
        self.story.remove(680, 690)
        self.story.get_none(700, 710)
        self.holds()

    def test_an_acknowledged_update_that_is_gone(self):
        self.story.put("update", 600, 610, "v2")
        self.rest(2000, view("v1", (2, 2)))
        self.breaks("no order")

    def test_an_acknowledged_create_that_is_gone(self):
        self.rest(2000)
        self.breaks("no order")

    def test_an_acknowledged_deletion_that_is_undone(self):
        self.story.remove(600, 610)
        self.rest(2000, view("v1", (2, 2)))
        self.breaks("no order")

    def test_a_lost_update_may_show_or_not(self):
        for shown in (view("v1", (2, 2)), view("v2", (3, 3), generation=2)):
            self.setUp()
            self.story.lose(600, "v2", (3, 3))
            self.rest(2000, shown)
            self.holds()

    def test_a_refusal_by_jobs_of_one_that_is_not_there(self):
        self.story.remove(600, 610)
        self.story.refused("calendar.delete", 660, 670, "FAILED_PRECONDITION", "CALENDAR_IN_USE", key=OFF)
        self.breaks("no order")

    def test_a_job_of_the_same_tag_is_something_else(self):
        self.story.create(tag=OFF)
        self.story.final(2000, [job(tag=OFF)], [], calendars={OFF: view("v1", (2, 2))})
        self.holds()


class Contents(Calls):
    def test_as_it_was_put(self):
        self.rest(2000, view("v1", (2, 2)))
        self.holds()

    def test_as_it_was_not_put(self):
        self.rest(2000, view("v1", (2, 3)))
        self.breaks("not as it was put")

    def test_a_name_that_nobody_gave_it(self):
        self.story.call("calendar.get", 600, 610, view("v7", (2, 2)), key="other")
        self.assertIn("a calendar has a name that nobody gave it", self.story.texts(r6_linearizable))


class Named(Calls):
    def create(self, begin, end):
        self.story.call("create", begin, end, job(calendars=[OFF]), args=FIRST)

    def refuse(self, begin, end):
        self.story.refused("create", begin, end, "FAILED_PRECONDITION", "CALENDAR_NOT_FOUND", args=FIRST)

    def test_one_that_stands(self):
        self.create(600, 610)
        self.holds()

    def test_one_that_does_not(self):
        self.story.remove(600, 610)
        self.refuse(700, 710)
        self.holds()
        self.create(720, 730)
        self.breaks("with a calendar that does not exist")

    def test_one_that_nobody_created(self):
        self.story.evidence.calls.clear()
        self.create(600, 610)
        self.breaks("with a calendar that does not exist")

    def test_refused_though_it_stands(self):
        self.refuse(700, 710)
        self.breaks("though its calendars exist")

    def test_while_it_is_deleted_both_may_be(self):
        self.story.remove(600, 650)
        self.refuse(610, 620)
        self.create(630, 640)
        self.holds()

    def test_before_it_was_created(self):
        self.refuse(200, 210)
        self.holds()


if __name__ == "__main__":
    unittest.main()
