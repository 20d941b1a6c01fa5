use super::{request_id, setters};
use crate::call::Call;
use crate::client::Client;
use crate::v1::{CancelRunRequest, GetRunRequest, ListRunsRequest};

/// The calls about runs: [`Client::runs`]. What each does and which errors it gives stands at its
/// method in [`RunServiceClient`](crate::v1::run_service_client::RunServiceClient).
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a>(pub(crate) &'a Client);

impl Runs<'_> {
    /// Gets the run with this id.
    pub fn get(self, run_id: impl Into<GetRunRequest>) -> Call<GetRunRequest> {
        self.0.call(run_id.into())
    }

    /// Lists runs: of one job, or without one the active and the unsuccessful ones of the product.
    pub fn list(self) -> Call<ListRunsRequest> {
        self.0.call(ListRunsRequest::default())
    }

    /// Cancels a run that has not ended.
    pub fn cancel(self, run_id: impl Into<CancelRunRequest>) -> Call<CancelRunRequest> {
        self.0.call(run_id.into())
    }
}

macro_rules! by_id {
    ($($request:ident)*) => {$(
        impl<T: Into<String>> From<T> for $request {
            fn from(run_id: T) -> Self {
                $request { run_id: run_id.into(), ..Default::default() }
            }
        }
    )*};
}

by_id! { GetRunRequest CancelRunRequest }
request_id! { CancelRunRequest }

setters! { ListRunsRequest:
    /// Those of the job with this tag.
    job(tag: impl Into<String>) tag = tag.into();
    /// Those of the job with this uid, which may be deleted.
    job_uid(uid: impl Into<String>) job_uid = uid.into();
}
setters! { CancelRunRequest:
    /// Why, for people: up to 1,024 characters. Kept as the message of the run's error.
    reason(reason: impl Into<String>) reason = reason.into();
}
