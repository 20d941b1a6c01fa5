//! Workers: clients that execute the runs of events with a worker target.

mod book;
mod builder;
mod core;
mod failure;
mod handle;
mod hello;
mod link;
mod outcome;
mod session;
mod stop_signal;
mod task;

pub use builder::WorkerBuilder;
pub use failure::Failure;
pub use handle::Worker;
pub use outcome::{IntoOutcome, Outcome};
pub use task::Task;
