import unittest

from checker import r10_agreement
from checker_tests.calendar_story import OFF, CalendarStory, view
from checker_tests.story import job

MISSING = {"conditions": ["CALENDAR_MISSING"]}


class Counts(unittest.TestCase):
    def texts(self, *calendars, **told):
        story = CalendarStory()
        story.put("create", 500, 510, "v1", (2, 2))
        story.create(calendars=[OFF])
        told = {"state": "PAUSED", "calendars": [OFF]} | told
        story.final(5000, [job(**told)], [], calendars={shown["tag"]: shown for shown in calendars})
        return story.texts(r10_agreement)

    def breaks(self, text, *calendars, **told):
        texts = self.texts(*calendars, **told)
        self.assertTrue(len(texts) == 1 and text in texts[0], texts)

    def test_the_jobs_that_name_it(self):
        self.assertEqual(self.texts(view("v1")), [])
        self.assertEqual(self.texts(view("v1", job_count=0), calendars=[]), [])

    def test_more_or_fewer(self):
        self.breaks("it says that 2 jobs name it, and 1 do", view("v1", job_count=2))
        self.breaks("it says that 1 jobs name it, and 0 do", view("v1"), calendars=[])

    def test_one_that_was_deleted(self):
        self.assertEqual(self.texts(**MISSING), [])
        self.breaks("is missing")

    def test_one_that_is_not_missing(self):
        self.breaks("is missing", view("v1"), **MISSING)


if __name__ == "__main__":
    unittest.main()
