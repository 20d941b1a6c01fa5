#include "server/handlers/calendar_handler.h"

#include <string>

#include "tests/unit/server/grpc_fixture.h"

namespace server {
namespace {

namespace v1 = ductape::jobs::v1;
using Stub = v1::CalendarService::Stub;

class CalendarHandlerTest : public GrpcFixture {
 protected:
  grpc::Status Create(const std::string& tag, v1::Calendar* out) {
    v1::CreateCalendarRequest request;
    request.mutable_calendar()->set_tag(tag);
    request.mutable_calendar()->add_dates("2026-12-25");
    return Call(calendars_.get(), &Stub::CreateCalendar, request, out);
  }
  grpc::Status Get(const std::string& tag, v1::Calendar* out) {
    v1::GetCalendarRequest request;
    request.set_tag(tag);
    return Call(calendars_.get(), &Stub::GetCalendar, request, out);
  }
  grpc::Status Update(const v1::UpdateCalendarRequest& request, v1::Calendar* out) {
    return Call(calendars_.get(), &Stub::UpdateCalendar, request, out);
  }
  grpc::Status Delete(const v1::DeleteCalendarRequest& request) {
    google::protobuf::Empty empty;
    return Call(calendars_.get(), &Stub::DeleteCalendar, request, &empty);
  }
  grpc::Status List(const v1::ListCalendarsRequest& request, v1::ListCalendarsResponse* out) {
    return Call(calendars_.get(), &Stub::ListCalendars, request, out);
  }
};

TEST_F(CalendarHandlerTest, CalendarsLiveTheirLife) {
  v1::Calendar calendar;
  ASSERT_EQ(Outcome(Create("holidays", &calendar)), "OK");
  EXPECT_EQ(calendar.product(), "default");
  EXPECT_EQ(calendar.generation(), 1);
  EXPECT_EQ(Outcome(Create("holidays", &calendar)), "ALREADY_EXISTS CALENDAR_ALREADY_EXISTS");

  v1::UpdateCalendarRequest update;
  update.mutable_calendar()->set_tag("holidays");
  update.mutable_calendar()->add_yearly_dates("01-01");
  ASSERT_EQ(Outcome(Update(update, &calendar)), "OK");
  EXPECT_EQ(calendar.dates(0), "2026-12-25");
  EXPECT_EQ(calendar.yearly_dates(0), "01-01");

  ASSERT_EQ(Outcome(Get("holidays", &calendar)), "OK");
  EXPECT_EQ(calendar.generation(), 2);

  v1::DeleteCalendarRequest remove;
  remove.set_tag("holidays");
  EXPECT_EQ(Outcome(Delete(remove)), "OK");
  EXPECT_EQ(Outcome(Delete(remove)), "NOT_FOUND CALENDAR_NOT_FOUND");
  remove.set_allow_missing(true);
  EXPECT_EQ(Outcome(Delete(remove)), "OK");
  EXPECT_EQ(Outcome(Get("holidays", &calendar)), "NOT_FOUND CALENDAR_NOT_FOUND");
}

TEST_F(CalendarHandlerTest, RequestsAreChecked) {
  v1::Calendar calendar;
  EXPECT_EQ(Outcome(Create("", &calendar)), "INVALID_ARGUMENT FIELD_REQUIRED calendar.tag");
  EXPECT_EQ(Outcome(Get("a/b", &calendar)), "INVALID_ARGUMENT FIELD_INVALID tag");
  EXPECT_EQ(Outcome(Update({}, &calendar)), "INVALID_ARGUMENT FIELD_REQUIRED calendar");
  EXPECT_EQ(Outcome(Delete({})), "INVALID_ARGUMENT FIELD_REQUIRED tag");
  EXPECT_EQ(Outcome(Call(calendars_.get(), &Stub::CreateCalendar, v1::CreateCalendarRequest(),
                         &calendar)),
            "INVALID_ARGUMENT FIELD_REQUIRED calendar");
}

TEST_F(CalendarHandlerTest, RequestIdsReachTheEngine) {
  v1::DeleteCalendarRequest remove;
  remove.set_tag("holidays");
  remove.set_allow_missing(true);
  remove.set_request_id("r1");
  ASSERT_EQ(Outcome(Delete(remove)), "OK");
  EXPECT_EQ(engine_.last_request().id, "r1");
}

TEST_F(CalendarHandlerTest, CalendarsAreListedInPages) {
  v1::Calendar calendar;
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(Outcome(Create("c" + std::to_string(i), &calendar)), "OK");
  }
  v1::ListCalendarsRequest request;
  request.set_page_size(2);
  int seen = 0;
  do {
    v1::ListCalendarsResponse page;
    ASSERT_EQ(Outcome(List(request, &page)), "OK");
    for (const v1::Calendar& listed : page.calendars()) {
      EXPECT_EQ(listed.tag(), "c" + std::to_string(seen++));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, 5);
}

TEST_F(CalendarHandlerTest, APageEndsWhereItsBytesDo) {
  v1::CreateCalendarRequest request;
  request.mutable_calendar()->set_icalendar(std::string(512 * 1024, 'x'));
  v1::Calendar calendar;
  for (int i = 0; i < 7; ++i) {
    request.mutable_calendar()->set_tag("c" + std::to_string(i));
    ASSERT_EQ(Outcome(Call(calendars_.get(), &Stub::CreateCalendar, request, &calendar)), "OK");
  }
  v1::ListCalendarsRequest list;
  v1::ListCalendarsResponse page;
  ASSERT_EQ(Outcome(List(list, &page)), "OK");
  EXPECT_EQ(page.calendars_size(), 5);  // 3 MiB less a little
  list.set_page_token(page.next_page_token());
  ASSERT_EQ(Outcome(List(list, &page)), "OK");
  EXPECT_EQ(page.calendars_size(), 2);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(CalendarHandlerTest, PageTokensAreBoundToTheirListing) {
  v1::Calendar calendar;
  for (const char* tag : {"a", "b"}) ASSERT_EQ(Outcome(Create(tag, &calendar)), "OK");
  v1::ListCalendarsRequest list;
  list.set_page_size(1);
  v1::ListCalendarsResponse page;
  ASSERT_EQ(Outcome(List(list, &page)), "OK");
  v1::ListEventsRequest events;
  events.set_page_token(page.next_page_token());
  v1::ListEventsResponse other;
  EXPECT_EQ(Outcome(Call(events_.get(), &v1::EventService::Stub::ListEvents, events, &other)),
            "INVALID_ARGUMENT PAGE_TOKEN_INVALID page_token");
  list.set_product("other");
  list.set_page_token(page.next_page_token());
  EXPECT_EQ(Outcome(List(list, &page)), "INVALID_ARGUMENT PAGE_TOKEN_INVALID page_token");
}

}  // namespace
}  // namespace server
