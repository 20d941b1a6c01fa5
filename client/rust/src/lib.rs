#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod address;
mod call;
mod channel;
mod client;
mod error;
mod json;
mod method;
mod model;
mod options;
mod pages;
mod retry;
pub mod services;
pub mod v1;
pub mod worker;

pub use call::Call;
pub use client::Client;
pub use error::{CallError, Error, FieldViolation, Result};
pub use json::{json_object, JsonObject};
pub use method::{Idempotency, Method};
pub use options::{ClientBuilder, Tls, DEFAULT_ADDRESS};
pub use pages::Paged;
pub use retry::RetryOptions;
pub use tonic::Code;
pub use v1::calendar::Weekday;
pub use v1::event::Type as EventType;
pub use v1::job::{State as JobState, Timing};
pub use v1::run::{State as RunState, Trigger};
pub use v1::{
    Auth, Calendar, CatchupPolicy, Connection, Event, HttpSettings, HttpTarget, Job, OverlapPolicy,
    RetryPolicy, Run, Secret, WorkerTarget,
};
pub use worker::{Failure, Outcome, Task, Worker};

/// The descriptors of the API and of what it imports, as a serialized
/// `google.protobuf.FileDescriptorSet`: for what works with messages by name, such as JSON.
pub const FILE_DESCRIPTOR_SET: &[u8] =
    include_bytes!(concat!(env!("OUT_DIR"), "/ductape-jobs.protoset"));
