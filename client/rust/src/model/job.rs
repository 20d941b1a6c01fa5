use std::time::{Duration, SystemTime};

use super::{duration, system_time};
use crate::json::{from_struct, to_struct, JsonObject};
use crate::v1::{
    event, job, BatchCreateJobsResponse, CatchupPolicy, Job, OverlapPolicy, RetryPolicy, Times,
};
use crate::{Error, Result};

/// Making jobs. Whatever has no method here is a field.
///
/// ```
/// use std::time::Duration;
/// use ductape_jobs::{EventType, Job};
///
/// let job = Job::new("report", "Nightly report", EventType::Action, "send_report")
///     .cron("0 9 * * MON-FRI")
///     .in_time_zone("Europe/Berlin")
///     .with_jitter(Duration::from_secs(30));
/// assert_eq!(job.executions, Some(0)); // without limit
/// ```
impl Job {
    /// A job that executes an event without limit. It has no timing yet: [`every`](Self::every),
    /// [`cron`](Self::cron), [`at`](Self::at) or [`rule`](Self::rule) give it one.
    pub fn new(
        tag: impl Into<String>,
        name: impl Into<String>,
        event_type: event::Type,
        event_tag: impl Into<String>,
    ) -> Self {
        Job {
            tag: tag.into(),
            name: name.into(),
            event_type: event_type.into(),
            event_tag: event_tag.into(),
            executions: Some(0),
            ..Default::default()
        }
    }

    /// What an update of this job begins with: a job of which nothing but the tag is populated.
    pub fn tagged(tag: impl Into<String>) -> Self {
        Job {
            tag: tag.into(),
            ..Default::default()
        }
    }

    /// How often to execute the event, instead of without limit.
    #[must_use]
    pub fn times(mut self, executions: i64) -> Self {
        self.executions = Some(executions);
        self
    }

    /// The time between occurrences: 1 ms to ten years, in whole milliseconds (a part of one is
    /// cut off).
    #[must_use]
    pub fn every(mut self, interval: Duration) -> Self {
        let millis = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
        self.timing = Some(job::Timing::Intervals(millis));
        self
    }

    /// Measures the interval from the end of the run before.
    #[must_use]
    pub fn with_fixed_delay(mut self) -> Self {
        self.interval_mode = job::IntervalMode::FixedDelay.into();
        self
    }

    /// A cron pattern: `0 9 * * MON-FRI`.
    #[must_use]
    pub fn cron(mut self, pattern: impl Into<String>) -> Self {
        self.timing = Some(job::Timing::Cron(pattern.into()));
        self
    }

    /// Given times: 1 to 1,000.
    #[must_use]
    pub fn at(mut self, times: impl IntoIterator<Item = SystemTime>) -> Self {
        let at = times.into_iter().map(Into::into).collect();
        self.timing = Some(job::Timing::Times(Times { at }));
        self
    }

    /// A recurrence rule: `FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0`.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.timing = Some(job::Timing::Rule(rule.into()));
        self
    }

    /// The zone that a cron pattern or a rule is read in: `Europe/Berlin`.
    #[must_use]
    pub fn in_time_zone(mut self, zone: impl Into<String>) -> Self {
        self.time_zone = zone.into();
        self
    }

    /// The first occurrence of an interval, and the earliest time of any other.
    #[must_use]
    pub fn starting(mut self, time: SystemTime) -> Self {
        self.start_time = Some(time.into());
        self
    }

    /// No occurrence is at or after this time.
    #[must_use]
    pub fn until(mut self, time: SystemTime) -> Self {
        self.end_time = Some(time.into());
        self
    }

    /// Puts occurrences off by up to so much, 24 hours at most.
    #[must_use]
    pub fn with_jitter(mut self, jitter: Duration) -> Self {
        self.jitter = Some(duration(jitter));
        self
    }

    /// What each run delivers to its target: see [`json_object`](crate::json_object).
    #[must_use]
    pub fn with_input(mut self, input: JsonObject) -> Self {
        self.input = Some(to_struct(input));
        self
    }

    /// The input, if it has one.
    pub fn input_json(&self) -> Option<JsonObject> {
        self.input.clone().map(from_struct)
    }

    /// Sets a label.
    #[must_use]
    pub fn with_label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.insert(key.into(), value.into());
        self
    }

    /// What happens to an occurrence while a run is active.
    #[must_use]
    pub fn with_overlap(mut self, policy: OverlapPolicy) -> Self {
        self.overlap_policy = Some(policy);
        self
    }

    /// What happens to occurrences whose time passed unserved.
    #[must_use]
    pub fn with_catchup(mut self, policy: CatchupPolicy) -> Self {
        self.catchup_policy = Some(policy);
        self
    }

    /// How failed attempts are retried.
    #[must_use]
    pub fn with_retries(mut self, policy: RetryPolicy) -> Self {
        self.retry_policy = Some(policy);
        self
    }

    /// How long one attempt may take: 1 ms to 1 h, with a worker target to 24 h.
    #[must_use]
    pub fn with_attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(duration(timeout));
        self
    }

    /// When the next run is due, if one is.
    pub fn next_run(&self) -> Option<SystemTime> {
        system_time(self.next_run_time)
    }
}

impl BatchCreateJobsResponse {
    /// What became of each item, in the order of the requests.
    pub fn into_results(self) -> Vec<Result<Job>> {
        let results = self.results.into_iter();
        results
            .map(|result| match result.error {
                None => Ok(result.job.unwrap_or_default()),
                Some(status) => Err(Error::from(status)),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use serde_json::json;

    use super::*;
    use crate::json_object;

    fn job() -> Job {
        Job::new("report", "Report", event::Type::Action, "send")
    }

    #[test]
    fn the_last_timing_counts() {
        let hourly = job().cron("0 * * * *").every(Duration::from_secs(3600));
        assert_eq!(hourly.timing, Some(job::Timing::Intervals(3_600_000)));
        assert_eq!(job().timing, None);
    }

    #[test]
    fn times_are_those_of_the_system() {
        let noon = UNIX_EPOCH + Duration::from_millis(43_200_250);
        let Some(job::Timing::Times(times)) = job().at([noon]).timing else {
            panic!("no times")
        };
        assert_eq!(system_time(Some(times.at[0])), Some(noon));
        assert_eq!(job().next_run(), None);
    }

    #[test]
    fn the_input_comes_back() {
        let input = json_object(json!({"to": ["a", "b"]})).unwrap();
        assert_eq!(job().with_input(input.clone()).input_json(), Some(input));
        assert_eq!(job().input_json(), None);
    }

    #[test]
    fn a_duration_that_protobuf_cannot_hold_is_the_longest() {
        assert_eq!(
            duration(Duration::from_secs(u64::MAX)).seconds,
            315_576_000_000
        );
    }
}
