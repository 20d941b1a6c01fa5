use std::time::Duration;

use super::duration;
use crate::v1::{catchup_policy, overlap_policy, CatchupPolicy, OverlapPolicy, RetryPolicy};

impl OverlapPolicy {
    /// The occurrence is not run: the default.
    pub fn skip() -> Self {
        Self::of(overlap_policy::Mode::Skip, 0)
    }

    /// The occurrence is run beside others, `limit` at most: 1 to 1,000; 0: 100.
    pub fn allow(limit: i32) -> Self {
        Self::of(overlap_policy::Mode::Allow, limit)
    }

    /// One run waits for the active one to end.
    pub fn buffer_one() -> Self {
        Self::of(overlap_policy::Mode::BufferOne, 0)
    }

    fn of(mode: overlap_policy::Mode, limit: i32) -> Self {
        OverlapPolicy {
            mode: mode.into(),
            limit,
        }
    }
}

impl CatchupPolicy {
    /// Run the last one: the default.
    pub fn latest() -> Self {
        Self::of(catchup_policy::Mode::Latest)
    }

    /// Run all that are not older than `window`, 1 s to 366 days.
    pub fn all(window: Duration) -> Self {
        CatchupPolicy {
            window: Some(duration(window)),
            ..Self::of(catchup_policy::Mode::All)
        }
    }

    /// Run none.
    pub fn none() -> Self {
        Self::of(catchup_policy::Mode::None)
    }

    fn of(mode: catchup_policy::Mode) -> Self {
        CatchupPolicy {
            mode: mode.into(),
            ..Default::default()
        }
    }
}

impl RetryPolicy {
    /// So many retries after the first attempt, 0 to 100, with the server's own waits: 1 s, twice
    /// as long each time, 5 min at most.
    pub fn times(max_retries: i32) -> Self {
        RetryPolicy {
            max_retries: Some(max_retries),
            ..Default::default()
        }
    }

    /// The wait before the first retry and the longest one: 1 ms to 24 h.
    #[must_use]
    pub fn with_backoff(mut self, initial: Duration, max: Duration) -> Self {
        self.initial_backoff = Some(duration(initial));
        self.max_backoff = Some(duration(max));
        self
    }
}
