use super::{request_id, setters, update, validate_only};
use crate::call::Call;
use crate::client::Client;
use crate::v1::{
    Connection, CreateConnectionRequest, DeleteConnectionRequest, GetConnectionRequest,
    ListConnectionsRequest, TestConnectionRequest, UpdateConnectionRequest,
};

/// The calls about connections: [`Client::connections`]. What each does and which errors it gives
/// stands at its method in
/// [`ConnectionServiceClient`](crate::v1::connection_service_client::ConnectionServiceClient).
#[derive(Debug, Clone, Copy)]
pub struct Connections<'a>(pub(crate) &'a Client);

impl Connections<'_> {
    /// Creates a connection.
    pub fn create(
        self,
        connection: impl Into<CreateConnectionRequest>,
    ) -> Call<CreateConnectionRequest> {
        self.0.call(connection.into())
    }

    /// Gets the connection with this tag, without its secrets.
    pub fn get(self, tag: impl Into<GetConnectionRequest>) -> Call<GetConnectionRequest> {
        self.0.call(tag.into())
    }

    /// Lists the connections of a product.
    pub fn list(self) -> Call<ListConnectionsRequest> {
        self.0.call(ListConnectionsRequest::default())
    }

    /// Tries a connection now, in a way that changes nothing at the target: one that is stored, or
    /// one that need not exist.
    pub fn test(self, request: TestConnectionRequest) -> Call<TestConnectionRequest> {
        self.0.call(request)
    }

    /// Sets the fields of a connection that are populated in `connection`, or those that a mask
    /// names. A secret without a source keeps its value, so that what was read can be changed and
    /// written back. With an `etag` only while that is still the current one.
    pub fn update(
        self,
        connection: impl Into<UpdateConnectionRequest>,
    ) -> Call<UpdateConnectionRequest> {
        self.0.call(connection.into())
    }

    /// Deletes a connection that no event names, or with `force` any, and its secrets.
    pub fn delete(self, tag: impl Into<DeleteConnectionRequest>) -> Call<DeleteConnectionRequest> {
        self.0.call(tag.into())
    }
}

impl From<Connection> for CreateConnectionRequest {
    fn from(connection: Connection) -> Self {
        CreateConnectionRequest {
            connection: Some(connection),
            ..Default::default()
        }
    }
}

impl From<Connection> for UpdateConnectionRequest {
    fn from(connection: Connection) -> Self {
        UpdateConnectionRequest {
            connection: Some(connection),
            ..Default::default()
        }
    }
}

macro_rules! by_tag {
    ($($request:ident)*) => {$(
        impl<T: Into<String>> From<T> for $request {
            fn from(tag: T) -> Self {
                $request { tag: tag.into(), ..Default::default() }
            }
        }
    )*};
}

by_tag! { GetConnectionRequest DeleteConnectionRequest }
request_id! { CreateConnectionRequest UpdateConnectionRequest DeleteConnectionRequest }
update! { UpdateConnectionRequest }
validate_only! { CreateConnectionRequest UpdateConnectionRequest }

setters! { DeleteConnectionRequest:
    /// Only while this is its current etag.
    etag(etag: impl Into<String>) etag = etag.into();
    /// Delete it even while events name it.
    force(force: bool) force = force;
    /// Succeed if the connection does not exist.
    allow_missing(allow: bool) allow_missing = allow;
}
