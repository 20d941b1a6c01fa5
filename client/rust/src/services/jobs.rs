use std::time::SystemTime;

use super::{request_id, setters, update, validate_only};
use crate::call::Call;
use crate::client::Client;
use crate::v1::{
    BackfillJobRequest, BatchCreateJobsRequest, CreateJobRequest, DeleteJobRequest, GetJobRequest,
    Job, ListJobsRequest, OverlapPolicy, PauseJobRequest, ResumeJobRequest, RunJobRequest,
    UpdateJobRequest,
};

/// The calls about jobs: [`Client::jobs`]. What each does and which errors it gives stands at its
/// method in [`JobServiceClient`](crate::v1::job_service_client::JobServiceClient).
#[derive(Debug, Clone, Copy)]
pub struct Jobs<'a>(pub(crate) &'a Client);

impl Jobs<'_> {
    /// Creates a job. The event and the calendars it names must exist.
    pub fn create(self, job: impl Into<CreateJobRequest>) -> Call<CreateJobRequest> {
        self.0.call(job.into())
    }

    /// Creates up to 1,000 jobs, each for itself: see
    /// [`into_results`](crate::v1::BatchCreateJobsResponse::into_results).
    pub fn create_batch(
        self,
        jobs: impl IntoIterator<Item = impl Into<CreateJobRequest>>,
    ) -> Call<BatchCreateJobsRequest> {
        let requests = jobs.into_iter().map(Into::into).collect();
        self.0.call(BatchCreateJobsRequest {
            requests,
            ..Default::default()
        })
    }

    /// Gets the job with this tag.
    pub fn get(self, tag: impl Into<GetJobRequest>) -> Call<GetJobRequest> {
        self.0.call(tag.into())
    }

    /// Lists the jobs of a product.
    pub fn list(self) -> Call<ListJobsRequest> {
        self.0.call(ListJobsRequest::default())
    }

    /// Sets the fields of a job that are populated in `job`, or those that a mask names. With an
    /// `etag` only while that is still the current one.
    pub fn update(self, job: impl Into<UpdateJobRequest>) -> Call<UpdateJobRequest> {
        self.0.call(job.into())
    }

    /// Deletes a job; its active runs are cancelled.
    pub fn delete(self, tag: impl Into<DeleteJobRequest>) -> Call<DeleteJobRequest> {
        self.0.call(tag.into())
    }

    /// Pauses a job until it is resumed.
    pub fn pause(self, tag: impl Into<PauseJobRequest>) -> Call<PauseJobRequest> {
        self.0.call(tag.into())
    }

    /// Resumes a paused job.
    pub fn resume(self, tag: impl Into<ResumeJobRequest>) -> Call<ResumeJobRequest> {
        self.0.call(tag.into())
    }

    /// Runs a job now and answers the run as soon as it is committed, before it has ended.
    pub fn run(self, tag: impl Into<RunJobRequest>) -> Call<RunJobRequest> {
        self.0.call(tag.into())
    }

    /// Runs the occurrences of the past from `start` (included) to `end` (not included).
    pub fn backfill(
        self,
        tag: impl Into<String>,
        start: SystemTime,
        end: SystemTime,
    ) -> Call<BackfillJobRequest> {
        self.0.call(BackfillJobRequest {
            tag: tag.into(),
            start_time: Some(start.into()),
            end_time: Some(end.into()),
            ..Default::default()
        })
    }

    /// Ends the backfill under way; its runs that are active go on.
    pub fn cancel_backfill(self, tag: impl Into<String>) -> Call<BackfillJobRequest> {
        self.0.call(BackfillJobRequest {
            tag: tag.into(),
            cancel: true,
            ..Default::default()
        })
    }
}

impl From<Job> for CreateJobRequest {
    fn from(job: Job) -> Self {
        CreateJobRequest {
            job: Some(job),
            ..Default::default()
        }
    }
}

impl From<Job> for UpdateJobRequest {
    fn from(job: Job) -> Self {
        UpdateJobRequest {
            job: Some(job),
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

by_tag! { GetJobRequest DeleteJobRequest PauseJobRequest ResumeJobRequest RunJobRequest }
request_id! {
    CreateJobRequest UpdateJobRequest DeleteJobRequest PauseJobRequest ResumeJobRequest
    RunJobRequest BackfillJobRequest
}
update! { UpdateJobRequest }
validate_only! { CreateJobRequest UpdateJobRequest }

setters! { ListJobsRequest:
    /// Answer the jobs whole, with their input.
    full(full: bool) view = {
        use crate::v1::list_jobs_request::View;
        i32::from(if full { View::Full } else { View::Basic })
    };
}
setters! { DeleteJobRequest:
    /// Only while this is its current etag.
    etag(etag: impl Into<String>) etag = etag.into();
    /// Succeed if the job does not exist.
    allow_missing(allow: bool) allow_missing = allow;
}
setters! { PauseJobRequest:
    /// Who pauses it and why, for people: up to 1,024 characters.
    note(note: impl Into<String>) note = note.into();
    /// Cancel its active runs as well.
    cancel_active(cancel: bool) cancel_active = cancel;
    /// Only while this is its current etag.
    etag(etag: impl Into<String>) etag = etag.into();
}
setters! { ResumeJobRequest:
    /// Apply the catch-up policy to the occurrences since the pause.
    catch_up(catch_up: bool) catch_up = catch_up;
    /// Only while this is its current etag.
    etag(etag: impl Into<String>) etag = etag.into();
}
setters! { RunJobRequest:
    /// The input of this run, instead of the job's.
    input(input: crate::JsonObject) input = Some(crate::json::to_struct(input));
    /// The overlap policy for this run, instead of the job's.
    overlap(overlap: OverlapPolicy) overlap = Some(overlap);
}
setters! { BackfillJobRequest:
    /// Unset: a run is created when no run of the job is active.
    /// [`OverlapPolicy::allow`]: beside active ones.
    overlap(overlap: OverlapPolicy) overlap = Some(overlap);
}
