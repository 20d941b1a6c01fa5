//! What makes the messages of the API handy: constructors, and setters for what is nested or in
//! units of protobuf. Fields that are plain are set as fields.

mod calendar;
mod connection;
mod event;
mod job;
mod policy;
mod run;

/// `duration` as protobuf has it; the longest that it can hold if it is longer.
pub(crate) fn duration(duration: std::time::Duration) -> prost_types::Duration {
    const LONGEST: prost_types::Duration = prost_types::Duration {
        seconds: 315_576_000_000,
        nanos: 0,
    };
    prost_types::Duration::try_from(duration).unwrap_or(LONGEST)
}

/// The time that `time` is; `None` for one that this system cannot hold.
pub(crate) fn system_time(time: Option<prost_types::Timestamp>) -> Option<std::time::SystemTime> {
    time.and_then(|time| time.try_into().ok())
}
