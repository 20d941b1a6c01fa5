use super::{request_id, setters, update, validate_only};
use crate::call::Call;
use crate::client::Client;
use crate::v1::{
    Calendar, CreateCalendarRequest, DeleteCalendarRequest, GetCalendarRequest,
    ListCalendarsRequest, UpdateCalendarRequest,
};

/// The calls about calendars: [`Client::calendars`]. What each does and which errors it gives
/// stands at its method in
/// [`CalendarServiceClient`](crate::v1::calendar_service_client::CalendarServiceClient).
#[derive(Debug, Clone, Copy)]
pub struct Calendars<'a>(pub(crate) &'a Client);

impl Calendars<'_> {
    /// Creates a calendar.
    pub fn create(self, calendar: impl Into<CreateCalendarRequest>) -> Call<CreateCalendarRequest> {
        self.0.call(calendar.into())
    }

    /// Gets the calendar with this tag.
    pub fn get(self, tag: impl Into<GetCalendarRequest>) -> Call<GetCalendarRequest> {
        self.0.call(tag.into())
    }

    /// Lists the calendars of a product.
    pub fn list(self) -> Call<ListCalendarsRequest> {
        self.0.call(ListCalendarsRequest::default())
    }

    /// Sets the fields of a calendar that are populated in `calendar`, or those that a mask names.
    /// With an `etag` only while that is still the current one.
    pub fn update(self, calendar: impl Into<UpdateCalendarRequest>) -> Call<UpdateCalendarRequest> {
        self.0.call(calendar.into())
    }

    /// Deletes a calendar that no job names, or with
    /// `force` any.
    pub fn delete(self, tag: impl Into<DeleteCalendarRequest>) -> Call<DeleteCalendarRequest> {
        self.0.call(tag.into())
    }
}

impl From<Calendar> for CreateCalendarRequest {
    fn from(calendar: Calendar) -> Self {
        CreateCalendarRequest {
            calendar: Some(calendar),
            ..Default::default()
        }
    }
}

impl From<Calendar> for UpdateCalendarRequest {
    fn from(calendar: Calendar) -> Self {
        UpdateCalendarRequest {
            calendar: Some(calendar),
            ..Default::default()
        }
    }
}

macro_rules! by_tag {
    ($($request:ident)*) => {$(
        impl<T: Into<String>> From<T> for $request {
            fn from(tag: T) -> Self {
                $request { tag: tag.into(), ..Default::default() }
            }
        }
    )*};
}

by_tag! { GetCalendarRequest DeleteCalendarRequest }
request_id! { CreateCalendarRequest UpdateCalendarRequest DeleteCalendarRequest }
update! { UpdateCalendarRequest }
validate_only! { CreateCalendarRequest UpdateCalendarRequest }

setters! { DeleteCalendarRequest:
    /// Only while this is its current etag.
    etag(etag: impl Into<String>) etag = etag.into();
    /// Delete it even while jobs name it.
    force(force: bool) force = force;
    /// Succeed if the calendar does not exist.
    allow_missing(allow: bool) allow_missing = allow;
}
