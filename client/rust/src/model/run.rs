use std::time::SystemTime;

use super::system_time;
use crate::v1::{run, Run};

impl Run {
    /// Whether it has ended, one way or another.
    pub fn has_ended(&self) -> bool {
        use run::State::{Cancelled, Completed, Failed, Missed, Skipped};
        matches!(
            self.state(),
            Completed | Failed | Cancelled | Skipped | Missed
        )
    }

    /// The nominal time of its occurrence.
    pub fn scheduled_at(&self) -> Option<SystemTime> {
        system_time(self.scheduled_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_end() {
        for (state, ended) in [
            (run::State::Scheduled, false),
            (run::State::Queued, false),
            (run::State::Running, false),
            (run::State::RetryScheduled, false),
            (run::State::Completed, true),
            (run::State::Failed, true),
            (run::State::Cancelled, true),
            (run::State::Skipped, true),
            (run::State::Missed, true),
        ] {
            assert_eq!(
                Run {
                    state: state.into(),
                    ..Default::default()
                }
                .has_ended(),
                ended
            );
        }
    }
}
