use super::{request_id, setters, update, validate_only};
use crate::call::Call;
use crate::client::Client;
use crate::v1::{
    event, CreateEventRequest, DeleteEventRequest, Event, GetEventRequest, ListEventsRequest,
    TestEventRequest, UpdateEventRequest,
};

/// The calls about events: [`Client::events`]. What each does and which errors it gives stands at
/// its method in [`EventServiceClient`](crate::v1::event_service_client::EventServiceClient).
#[derive(Debug, Clone, Copy)]
pub struct Events<'a>(pub(crate) &'a Client);

impl Events<'_> {
    /// Creates an event.
    pub fn create(self, event: impl Into<CreateEventRequest>) -> Call<CreateEventRequest> {
        self.0.call(event.into())
    }

    /// Gets the event of this type and tag.
    pub fn get(self, event_type: event::Type, tag: impl Into<String>) -> Call<GetEventRequest> {
        self.0.call(GetEventRequest {
            event_type: event_type.into(),
            tag: tag.into(),
            ..Default::default()
        })
    }

    /// Lists the events of a product.
    pub fn list(self) -> Call<ListEventsRequest> {
        self.0.call(ListEventsRequest::default())
    }

    /// Executes an event once, now; that the target failed is in the answer. Not repeated when the
    /// answer is lost.
    pub fn test(self, request: TestEventRequest) -> Call<TestEventRequest> {
        self.0.call(request)
    }

    /// Sets the fields of an event that are populated in `event`, or those that a mask names. With
    /// an `etag` only while that is still the current one.
    pub fn update(self, event: impl Into<UpdateEventRequest>) -> Call<UpdateEventRequest> {
        self.0.call(event.into())
    }

    /// Deletes an event that no job names, or with `force`
    /// any.
    pub fn delete(
        self,
        event_type: event::Type,
        tag: impl Into<String>,
    ) -> Call<DeleteEventRequest> {
        self.0.call(DeleteEventRequest {
            event_type: event_type.into(),
            tag: tag.into(),
            ..Default::default()
        })
    }
}

impl From<Event> for CreateEventRequest {
    fn from(event: Event) -> Self {
        CreateEventRequest {
            event: Some(event),
            ..Default::default()
        }
    }
}

impl From<Event> for UpdateEventRequest {
    fn from(event: Event) -> Self {
        UpdateEventRequest {
            event: Some(event),
            ..Default::default()
        }
    }
}

request_id! { CreateEventRequest UpdateEventRequest DeleteEventRequest }
update! { UpdateEventRequest }
validate_only! { CreateEventRequest UpdateEventRequest }

setters! { DeleteEventRequest:
    /// Only while this is its current etag.
    etag(etag: impl Into<String>) etag = etag.into();
    /// Delete it even while jobs name it.
    force(force: bool) force = force;
    /// Succeed if the event does not exist.
    allow_missing(allow: bool) allow_missing = allow;
}
