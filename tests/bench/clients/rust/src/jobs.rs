//! The jobs that recur.

use std::time::{Duration, SystemTime};

use ductape_jobs::{Client, Event, EventType, Job};

use crate::Error;

pub const QUEUE: &str = "FUNCTION/bench";
const INTERVAL: Duration = Duration::from_secs(1);
const BATCH: u64 = 1000;

pub async fn create_event(client: &Client) -> Result<(), Error> {
    client
        .events()
        .create(Event::worker(EventType::Function, "bench"))
        .await?;
    Ok(())
}

/// Creates `count` jobs whose phases spread evenly over their interval.
pub async fn create(client: &Client, count: u64) -> Result<(), Error> {
    // A start in the past gives the phase; nothing is run for it.
    let start = SystemTime::now() - INTERVAL;
    for first in (0..count).step_by(BATCH as usize) {
        let batch = (first..count.min(first + BATCH)).map(|number| {
            let phase = Duration::from_millis(number * 7919 % 1000);
            Job::new(
                format!("bench-{number:010}"),
                "Bench",
                EventType::Function,
                "bench",
            )
            .every(INTERVAL)
            .starting(start + phase)
        });
        for result in client.jobs().create_batch(batch).await?.into_results() {
            result?;
        }
    }
    Ok(())
}
