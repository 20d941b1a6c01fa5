//! When jobs are due: the calls about schedules, which belong to [`Jobs`].

use std::time::SystemTime;

use super::{request_id, setters, Jobs};
use crate::call::Call;
use crate::v1::preview_schedule_request::Source;
use crate::v1::{Job, PreviewScheduleRequest, SkipOccurrenceRequest};

impl Jobs<'_> {
    /// Tells when the job with this tag will be due, in times and in words.
    pub fn preview(self, tag: impl Into<String>) -> Call<PreviewScheduleRequest> {
        self.0.call(preview_of(Source::Tag(tag.into())))
    }

    /// Tells when a job that need not exist would be due: only what decides times is read.
    pub fn preview_of(self, job: Job) -> Call<PreviewScheduleRequest> {
        self.0.call(preview_of(Source::Job(job)))
    }

    /// Leaves out one occurrence that is to come.
    pub fn skip(self, tag: impl Into<String>, at: SystemTime) -> Call<SkipOccurrenceRequest> {
        self.0.call(SkipOccurrenceRequest {
            tag: tag.into(),
            scheduled_time: Some(at.into()),
            ..Default::default()
        })
    }

    /// Takes a skip back.
    pub fn unskip(self, tag: impl Into<String>, at: SystemTime) -> Call<SkipOccurrenceRequest> {
        self.skip(tag, at).with(|request| request.undo = true)
    }
}

fn preview_of(source: Source) -> PreviewScheduleRequest {
    PreviewScheduleRequest {
        source: Some(source),
        ..Default::default()
    }
}

request_id! { SkipOccurrenceRequest }

setters! { PreviewScheduleRequest:
    /// From when on; an occurrence at this very time is shown. Unset: now.
    from(time: SystemTime) from_time = Some(time.into());
    /// Until when; an occurrence at this very time is not shown. Unset: without end.
    to(time: SystemTime) to_time = Some(time.into());
    /// How many occurrences at most: 1 to 1,000. Unset: 10, or 1,000 with [`to`](Self::to).
    count(count: i32) count = count;
    /// The last ones before [`from`](Self::from) instead of the next.
    previous(previous: bool) previous = previous;
}
