//! The methods of the API: what a call of each sends, answers and may repeat.
//!
//! | methods                                  | idempotency
//! |------------------------------------------|----------------------------------------------------------------
//! | Get…, List…, Preview…, TestConnection    | safe: they change nothing
//! | those whose request has a `request_id`   | safe: an id is filled in where there is none
//! | BatchCreateJobs                          | safe: likewise for each item
//! | CompleteRuns                             | safe: a result that was taken already is refused, which is harmless
//! | LeaseRuns                                | unsafe: runs in a lost answer would wait for the end of their lease
//! | TestEvent                                | unsafe: what it did at the target would be done again

use std::future::Future;

use tonic::transport::Channel;
use tonic::{Response, Status};

use crate::v1;
use crate::v1::admin_service_client::AdminServiceClient;
use crate::v1::calendar_service_client::CalendarServiceClient;
use crate::v1::connection_service_client::ConnectionServiceClient;
use crate::v1::event_service_client::EventServiceClient;
use crate::v1::job_service_client::JobServiceClient;
use crate::v1::run_service_client::RunServiceClient;
use crate::v1::worker_service_client::WorkerServiceClient;

/// A page ends at 3 MiB; room for what comes.
pub(crate) const MAX_MESSAGE_BYTES: usize = 16 << 20;

/// Whether a call whose outcome is unknown may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// A read, or a change that its request id protects.
    Safe,
    /// A repetition could act twice.
    Unsafe,
}

/// A request of the API, and so the method that takes it. Implemented for all requests of [`v1`];
/// not for others.
pub trait Method: Clone + Send + Sync + Sized + sealed::Sealed + 'static {
    /// What the method answers.
    type Response: Send + 'static;

    /// Whether it may be repeated when its outcome is unknown.
    const IDEMPOTENCY: Idempotency;

    /// The field that names the product; `None` if there is none.
    fn product_mut(&mut self) -> Option<&mut String>;

    /// Fills in what makes a repetition safe, where the request can hold it and does not.
    fn fill_request_ids(&mut self);

    /// Makes one attempt.
    #[doc(hidden)]
    fn send(
        channel: Channel,
        request: tonic::Request<Self>,
    ) -> impl Future<Output = Result<Response<Self::Response>, Status>> + Send;
}

mod sealed {
    pub trait Sealed {}
}

/// `kind Request => Client::method -> Response, product field`: one line for each method.
macro_rules! methods {
    ($($kind:ident $request:ident => $client:ident :: $method:ident -> $response:ty $(, $($product:ident).+)?;)*) => {$(
        impl sealed::Sealed for v1::$request {}

        impl Method for v1::$request {
            type Response = $response;
            const IDEMPOTENCY: Idempotency = methods!(@idempotency $kind);

            fn product_mut(&mut self) -> Option<&mut String> {
                methods!(@product self $(, $($product).+)?)
            }

            fn fill_request_ids(&mut self) {
                methods!(@ids $kind self);
            }

            async fn send(channel: Channel, request: tonic::Request<Self>) -> Result<Response<$response>, Status> {
                let mut client = $client::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
                client.$method(request).await
            }
        }
    )*};
    (@idempotency unprotected) => { Idempotency::Unsafe };
    (@idempotency $kind:ident) => { Idempotency::Safe };
    (@product $self:ident) => { None };
    (@product $self:ident, $field:ident) => { Some(&mut $self.$field) };
    (@product $self:ident, $resource:ident . $field:ident) => {
        Some(&mut $self.$resource.get_or_insert_default().$field)
    };
    (@ids change $self:ident) => { fill(&mut $self.request_id) };
    (@ids batch $self:ident) => { $self.requests.iter_mut().for_each(|item| fill(&mut item.request_id)) };
    (@ids $kind:ident $self:ident) => {};
}

methods! {
    change CreateJobRequest => JobServiceClient::create_job -> v1::Job, job.product;
    read GetJobRequest => JobServiceClient::get_job -> v1::Job, product;
    read ListJobsRequest => JobServiceClient::list_jobs -> v1::ListJobsResponse, product;
    change UpdateJobRequest => JobServiceClient::update_job -> v1::Job, job.product;
    change DeleteJobRequest => JobServiceClient::delete_job -> (), product;
    change PauseJobRequest => JobServiceClient::pause_job -> v1::Job, product;
    change ResumeJobRequest => JobServiceClient::resume_job -> v1::Job, product;
    change RunJobRequest => JobServiceClient::run_job -> v1::Run, product;
    change SkipOccurrenceRequest => JobServiceClient::skip_occurrence -> v1::Job, product;
    change BackfillJobRequest => JobServiceClient::backfill_job -> v1::BackfillJobResponse, product;
    read PreviewScheduleRequest => JobServiceClient::preview_schedule -> v1::PreviewScheduleResponse, product;
    batch BatchCreateJobsRequest => JobServiceClient::batch_create_jobs -> v1::BatchCreateJobsResponse, product;

    read GetRunRequest => RunServiceClient::get_run -> v1::Run, product;
    read ListRunsRequest => RunServiceClient::list_runs -> v1::ListRunsResponse, product;
    change CancelRunRequest => RunServiceClient::cancel_run -> v1::Run, product;

    change CreateEventRequest => EventServiceClient::create_event -> v1::Event, event.product;
    read GetEventRequest => EventServiceClient::get_event -> v1::Event, product;
    read ListEventsRequest => EventServiceClient::list_events -> v1::ListEventsResponse, product;
    unprotected TestEventRequest => EventServiceClient::test_event -> v1::TestEventResponse, product;
    change UpdateEventRequest => EventServiceClient::update_event -> v1::Event, event.product;
    change DeleteEventRequest => EventServiceClient::delete_event -> (), product;

    change CreateCalendarRequest => CalendarServiceClient::create_calendar -> v1::Calendar, calendar.product;
    read GetCalendarRequest => CalendarServiceClient::get_calendar -> v1::Calendar, product;
    read ListCalendarsRequest => CalendarServiceClient::list_calendars -> v1::ListCalendarsResponse, product;
    change UpdateCalendarRequest => CalendarServiceClient::update_calendar -> v1::Calendar, calendar.product;
    change DeleteCalendarRequest => CalendarServiceClient::delete_calendar -> (), product;

    change CreateConnectionRequest => ConnectionServiceClient::create_connection -> v1::Connection, connection.product;
    read GetConnectionRequest => ConnectionServiceClient::get_connection -> v1::Connection, product;
    read ListConnectionsRequest => ConnectionServiceClient::list_connections -> v1::ListConnectionsResponse, product;
    read TestConnectionRequest => ConnectionServiceClient::test_connection -> v1::TestConnectionResponse, product;
    change UpdateConnectionRequest => ConnectionServiceClient::update_connection -> v1::Connection, connection.product;
    change DeleteConnectionRequest => ConnectionServiceClient::delete_connection -> (), product;

    unprotected LeaseRunsRequest => WorkerServiceClient::lease_runs -> v1::LeaseRunsResponse, product;
    safe CompleteRunsRequest => WorkerServiceClient::complete_runs -> v1::CompleteRunsResponse, product;

    read GetServerInfoRequest => AdminServiceClient::get_server_info -> v1::GetServerInfoResponse;
}

fn fill(request_id: &mut String) {
    if request_id.is_empty() {
        *request_id = new_request_id();
    }
}

/// An id that no other call has: 32 hexadecimal digits of a random 128-bit number, from the
/// system's source, since ids must differ between processes that are started together.
fn new_request_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_get_a_request_id_and_keep_their_own() {
        let mut request = v1::PauseJobRequest::default();
        request.fill_request_ids();
        assert_eq!(request.request_id.len(), 32);
        let first = request.request_id.clone();
        request.fill_request_ids();
        assert_eq!(request.request_id, first);
        assert_ne!(new_request_id(), new_request_id());
    }

    #[test]
    fn each_item_of_a_batch_gets_one() {
        let mut batch = v1::BatchCreateJobsRequest::default();
        batch.requests.resize_with(2, Default::default);
        batch.fill_request_ids();
        assert_ne!(batch.requests[0].request_id, "");
        assert_ne!(batch.requests[0].request_id, batch.requests[1].request_id);
    }

    #[test]
    fn the_product_stands_in_the_request_or_in_its_resource() {
        let mut create = v1::CreateJobRequest::default();
        *create.product_mut().unwrap() = "billing".into();
        assert_eq!(create.job.unwrap().product, "billing");

        let mut update = v1::UpdateConnectionRequest::default();
        *update.product_mut().unwrap() = "billing".into();
        assert_eq!(update.connection.unwrap().product, "billing");

        let by_tag = v1::preview_schedule_request::Source::Tag("nightly".into());
        let mut preview = v1::PreviewScheduleRequest {
            source: Some(by_tag.clone()),
            ..Default::default()
        };
        *preview.product_mut().unwrap() = "billing".into();
        assert_eq!(
            (preview.product.as_str(), preview.source),
            ("billing", Some(by_tag))
        );
        assert!(v1::GetServerInfoRequest::default().product_mut().is_none());
    }

    #[test]
    fn only_leases_are_not_repeated() {
        assert_eq!(v1::LeaseRunsRequest::IDEMPOTENCY, Idempotency::Unsafe);
        assert_eq!(v1::CompleteRunsRequest::IDEMPOTENCY, Idempotency::Safe);
        assert_eq!(v1::GetJobRequest::IDEMPOTENCY, Idempotency::Safe);
        assert_eq!(v1::RunJobRequest::IDEMPOTENCY, Idempotency::Safe);
        assert_eq!(v1::ListConnectionsRequest::IDEMPOTENCY, Idempotency::Safe);
        assert_eq!(v1::DeleteConnectionRequest::IDEMPOTENCY, Idempotency::Safe);
    }
}
