"""The random calls on calendars: of each client, on those that change. All are created before the load."""

from ductape.jobs.v1 import calendar_pb2

from harness.calendars import CHANGING, PRODUCT, STEADY, Calendars
from harness.views import calendar_definition

KINDS = {"update": 55, "create": 10, "delete": 12, "get": 15}


def put(caller, kind, calendar, method, request, **more):
    arguments = {"name": calendar.name, "calendar": calendar_definition(calendar), **more}
    return caller.call(f"calendar.{kind}", calendar.tag, arguments, method, request)


def create_calendars(caller, rng, name):
    """All that a folder lacks."""
    stub = caller.api.calendars
    calendars = Calendars(rng)
    for tag in (*STEADY, *CHANGING):
        request = calendar_pb2.GetCalendarRequest(product=PRODUCT, tag=tag)
        if caller.call("calendar.get", tag, {}, stub.GetCalendar, request) is None:
            calendar = (calendars.steady if tag in STEADY else calendars.changing)(tag, name)
            put(caller, "create", calendar, stub.CreateCalendar, calendar_pb2.CreateCalendarRequest(calendar=calendar))


class CalendarCalls:
    """Of one client. Each method makes one call."""

    def __init__(self, caller, rng, unique, request_id):
        self.caller = caller
        self.rng = rng
        self.unique = unique
        self.request_id = request_id
        self.calendars = Calendars(rng)
        self.etags = {}

    def random_call(self):
        kind = self.rng.choices(list(KINDS), list(KINDS.values()))[0]
        tag = self.rng.choice(CHANGING)
        if kind != "get":
            self.caller.gate.changing.set()
        answer = getattr(self, kind)(tag)
        if answer is not None and kind != "delete":
            self.etags[tag] = answer.etag

    def create(self, tag):
        calendar = self.calendars.changing(tag, self.unique())
        request = calendar_pb2.CreateCalendarRequest(calendar=calendar, request_id=self.request_id())
        return put(self.caller, "create", calendar, self.caller.api.calendars.CreateCalendar, request)

    def update(self, tag):
        """Everything at once, so that each version is known even where the answer is lost."""
        calendar = self.calendars.changing(tag, self.unique())
        if self.rng.random() < 0.1:
            calendar.etag = self.etags.get(tag, "")
        missing = self.rng.random() < 0.6
        request = calendar_pb2.UpdateCalendarRequest(calendar=calendar, allow_missing=missing, request_id=self.request_id())
        request.update_mask.paths.append("*")
        more = {"etag": calendar.etag, "allow_missing": missing}
        return put(self.caller, "update", calendar, self.caller.api.calendars.UpdateCalendar, request, **more)

    def delete(self, tag):
        missing = self.rng.random() < 0.2
        request = calendar_pb2.DeleteCalendarRequest(
            product=PRODUCT, tag=tag, force=self.rng.random() < 0.8, allow_missing=missing, request_id=self.request_id()
        )
        return self.caller.call(
            "calendar.delete", tag, {"allow_missing": missing}, self.caller.api.calendars.DeleteCalendar, request
        )

    def get(self, tag):
        request = calendar_pb2.GetCalendarRequest(product=PRODUCT, tag=tag)
        return self.caller.call("calendar.get", tag, {}, self.caller.api.calendars.GetCalendar, request)
