use crate::call::Call;
use crate::client::Client;
use crate::v1::{CompleteRunsRequest, LeaseRunsRequest};

/// Runs by long poll, without a stream: [`Client::leases`]. What each call does and which errors it
/// gives stands at its method in
/// [`WorkerServiceClient`](crate::v1::worker_service_client::WorkerServiceClient).
#[derive(Debug, Clone, Copy)]
pub struct Leases<'a>(pub(crate) &'a Client);

impl Leases<'_> {
    /// Takes runs, which are this session's until their lease runs out. Not repeated when its
    /// outcome is unknown: runs in a lost answer would wait for the end of their lease.
    pub fn take(self, request: LeaseRunsRequest) -> Call<LeaseRunsRequest> {
        self.0.call(request)
    }

    /// Returns results of runs, extends the leases of others, and tells which to stop.
    pub fn complete(self, request: CompleteRunsRequest) -> Call<CompleteRunsRequest> {
        self.0.call(request)
    }
}
