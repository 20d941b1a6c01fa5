//! The calls of the scenario by the methods that users of the client call.

use std::time::SystemTime;

use ductape_jobs::v1::preview_schedule_request::Source;
use ductape_jobs::v1::{
    BackfillJobRequest, BatchCreateJobsRequest, CancelRunRequest, CreateCalendarRequest,
    CreateConnectionRequest, CreateEventRequest, CreateJobRequest, DeleteCalendarRequest,
    DeleteConnectionRequest, DeleteEventRequest, DeleteJobRequest, GetCalendarRequest,
    GetConnectionRequest, GetEventRequest, GetJobRequest, GetRunRequest, ListCalendarsRequest,
    ListConnectionsRequest, ListEventsRequest, ListJobsRequest, ListRunsRequest, PauseJobRequest,
    PreviewScheduleRequest, ResumeJobRequest, RunJobRequest, SkipOccurrenceRequest,
    TestConnectionRequest, TestEventRequest, UpdateCalendarRequest, UpdateConnectionRequest,
    UpdateEventRequest, UpdateJobRequest,
};
use ductape_jobs::{Call, Client, Job, Method, Paged};
use prost::Message;
use prost_reflect::MessageDescriptor;
use prost_types::Timestamp;
use serde_json::{json, Value};

use crate::{json, Error};

/// Makes one call and answers as JSON.
pub async fn call(client: &Client, name: &str, request: &Value) -> Result<Value, Error> {
    let method = json::method(name)?;
    let (input, output) = (method.input(), method.output());
    let (jobs, runs) = (client.jobs(), client.runs());
    let (events, calendars) = (client.events(), client.calendars());
    let connections = client.connections();
    macro_rules! request {
        ($type:ty) => {
            json::read::<$type>(input, request)?
        };
    }
    match name {
        "GetServerInfo" => one(client.server_info(), output).await,

        "CreateJob" => one(jobs.create(request!(CreateJobRequest)), output).await,
        "GetJob" => one(jobs.get(request!(GetJobRequest)), output).await,
        "ListJobs" => one(list_jobs(client, request!(ListJobsRequest)), output).await,
        "UpdateJob" => one(jobs.update(request!(UpdateJobRequest)), output).await,
        "DeleteJob" => none(jobs.delete(request!(DeleteJobRequest))).await,
        "PauseJob" => one(jobs.pause(request!(PauseJobRequest)), output).await,
        "ResumeJob" => one(jobs.resume(request!(ResumeJobRequest)), output).await,
        "RunJob" => one(jobs.run(request!(RunJobRequest)), output).await,
        "SkipOccurrence" => one(skip(client, request!(SkipOccurrenceRequest))?, output).await,
        "BackfillJob" => one(backfill(client, request!(BackfillJobRequest))?, output).await,
        "PreviewSchedule" => one(preview(client, request!(PreviewScheduleRequest))?, output).await,
        "BatchCreateJobs" => batch(client, request!(BatchCreateJobsRequest)).await,

        "GetRun" => one(runs.get(request!(GetRunRequest)), output).await,
        "CancelRun" => one(runs.cancel(request!(CancelRunRequest)), output).await,

        "CreateEvent" => one(events.create(request!(CreateEventRequest)), output).await,
        "GetEvent" => {
            let r = request!(GetEventRequest);
            one(events.get(r.event_type(), r.tag).product(r.product), output).await
        }
        "UpdateEvent" => one(events.update(request!(UpdateEventRequest)), output).await,
        "DeleteEvent" => {
            let r = request!(DeleteEventRequest);
            none(
                events
                    .delete(r.event_type(), &r.tag)
                    .force(r.force)
                    .etag(r.etag),
            )
            .await
        }
        "TestEvent" => one(events.test(request!(TestEventRequest)), output).await,

        "CreateCalendar" => one(calendars.create(request!(CreateCalendarRequest)), output).await,
        "GetCalendar" => one(calendars.get(request!(GetCalendarRequest)), output).await,
        "UpdateCalendar" => one(calendars.update(request!(UpdateCalendarRequest)), output).await,
        "DeleteCalendar" => none(calendars.delete(request!(DeleteCalendarRequest))).await,

        "CreateConnection" => {
            one(
                connections.create(request!(CreateConnectionRequest)),
                output,
            )
            .await
        }
        "GetConnection" => one(connections.get(request!(GetConnectionRequest)), output).await,
        "TestConnection" => one(connections.test(request!(TestConnectionRequest)), output).await,
        "ListConnections" => {
            one(
                list_connections(client, request!(ListConnectionsRequest)),
                output,
            )
            .await
        }
        "UpdateConnection" => {
            one(
                connections.update(request!(UpdateConnectionRequest)),
                output,
            )
            .await
        }
        "DeleteConnection" => none(connections.delete(request!(DeleteConnectionRequest))).await,

        _ => Err(format!("the runner does not know {name}").into()),
    }
}

/// Makes calls until the last page and answers all resources as JSON.
pub async fn call_all(client: &Client, name: &str, request: &Value) -> Result<Value, Error> {
    let input = json::method(name)?.input();
    match name {
        "ListJobs" => {
            let request = json::read::<ListJobsRequest>(input, request)?;
            all(list_jobs(client, request), "Job").await
        }
        "ListRuns" => {
            let r = json::read::<ListRunsRequest>(input, request)?;
            let call = client
                .runs()
                .list()
                .job(r.tag)
                .job_uid(r.job_uid)
                .page_size(r.page_size);
            all(call, "Run").await
        }
        "ListEvents" => {
            let r = json::read::<ListEventsRequest>(input, request)?;
            all(client.events().list().page_size(r.page_size), "Event").await
        }
        "ListCalendars" => {
            let r = json::read::<ListCalendarsRequest>(input, request)?;
            all(client.calendars().list().page_size(r.page_size), "Calendar").await
        }
        "ListConnections" => {
            let request = json::read::<ListConnectionsRequest>(input, request)?;
            all(list_connections(client, request), "Connection").await
        }
        _ => Err(format!("the runner does not know {name} over all pages").into()),
    }
}

async fn one<M: Method>(call: Call<M>, output: MessageDescriptor) -> Result<Value, Error>
where
    M::Response: Message,
{
    json::write(output, &call.await?)
}

async fn none<M: Method<Response = ()>>(call: Call<M>) -> Result<Value, Error> {
    call.await?;
    Ok(json!({}))
}

async fn all<M: Paged>(call: Call<M>, item: &str) -> Result<Value, Error>
where
    M::Item: Message,
{
    use futures_util::TryStreamExt;
    let descriptor = json::message(item)?;
    let items: Vec<M::Item> = call.stream().try_collect().await?;
    items
        .iter()
        .map(|item| json::write(descriptor.clone(), item))
        .collect()
}

async fn batch(client: &Client, request: BatchCreateJobsRequest) -> Result<Value, Error> {
    let job = json::message("Job")?;
    let answer = client.jobs().create_batch(request.requests).await?;
    let results = answer
        .into_results()
        .into_iter()
        .map(|result: ductape_jobs::Result<Job>| {
            Ok::<_, Error>(match result {
                Ok(created) => json!({"job": json::write(job.clone(), &created)?}),
                Err(error) => json!({"error": {"code": error.code() as i32}}),
            })
        });
    Ok(json!({"results": results.collect::<Result<Vec<_>, _>>()?}))
}

fn list_jobs(client: &Client, request: ListJobsRequest) -> Call<ListJobsRequest> {
    let full = request.view() == ductape_jobs::v1::list_jobs_request::View::Full;
    let token = request.page_token;
    let call = client.jobs().list().page_size(request.page_size).full(full);
    call.with(|request| request.page_token = token)
}

fn list_connections(
    client: &Client,
    request: ListConnectionsRequest,
) -> Call<ListConnectionsRequest> {
    let token = request.page_token;
    let call = client.connections().list().page_size(request.page_size);
    call.with(|request| request.page_token = token)
}

fn skip(
    client: &Client,
    request: SkipOccurrenceRequest,
) -> Result<Call<SkipOccurrenceRequest>, Error> {
    let at = time(request.scheduled_time)?.ok_or("no time")?;
    Ok(match request.undo {
        false => client.jobs().skip(request.tag, at),
        true => client.jobs().unskip(request.tag, at),
    })
}

fn backfill(
    client: &Client,
    request: BackfillJobRequest,
) -> Result<Call<BackfillJobRequest>, Error> {
    let start = time(request.start_time)?.ok_or("no start")?;
    let end = time(request.end_time)?.ok_or("no end")?;
    Ok(client.jobs().backfill(request.tag, start, end))
}

fn preview(
    client: &Client,
    request: PreviewScheduleRequest,
) -> Result<Call<PreviewScheduleRequest>, Error> {
    let mut call = match request.source {
        Some(Source::Tag(tag)) => client.jobs().preview(tag),
        Some(Source::Job(job)) => client.jobs().preview_of(job),
        None => return Err("a preview of nothing".into()),
    };
    if let Some(from) = time(request.from_time)? {
        call = call.from(from);
    }
    if let Some(to) = time(request.to_time)? {
        call = call.to(to);
    }
    Ok(call.count(request.count))
}

fn time(time: Option<Timestamp>) -> Result<Option<SystemTime>, Error> {
    Ok(time.map(SystemTime::try_from).transpose()?)
}
