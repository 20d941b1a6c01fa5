use futures_util::future::BoxFuture;
use futures_util::FutureExt;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::client::Client;
use crate::method::MAX_MESSAGE_BYTES;
use crate::v1::worker_service_client::WorkerServiceClient;
use crate::v1::{WorkRequest, WorkResponse};

/// One WorkerService.Work call, or none.
#[derive(Default)]
pub(crate) struct Link {
    pub(crate) inbound: Inbound,
    pub(crate) outbound: Outbound,
}

/// What comes from the server.
#[derive(Default)]
pub(crate) enum Inbound {
    #[default]
    Closed,
    Opening(BoxFuture<'static, Result<Streaming<WorkResponse>, Status>>),
    Open(Box<Streaming<WorkResponse>>),
}

/// What goes to the server: `None` once nothing may be said any more.
#[derive(Default)]
pub(crate) struct Outbound(Option<mpsc::Sender<WorkRequest>>);

pub(crate) enum LinkEvent {
    Message(WorkResponse),
    /// The last one.
    Ended(Result<(), Status>),
}

impl Link {
    /// Opens a stream that begins with `hello`.
    pub(crate) fn open(client: &Client, hello: WorkRequest) -> Self {
        // One message at a time: what is to be said meanwhile goes into the next one.
        let (outbound, messages) = mpsc::channel(1);
        let _ = outbound.try_send(hello); // there is room for one
        let mut request = tonic::Request::new(ReceiverStream::new(messages));
        if let Some(authorization) = client.authorization() {
            request
                .metadata_mut()
                .insert("authorization", authorization.clone());
        }
        let mut stub =
            WorkerServiceClient::new(client.channel()).max_decoding_message_size(MAX_MESSAGE_BYTES);
        let opening = async move { stub.work(request).await.map(tonic::Response::into_inner) };
        Link {
            inbound: Inbound::Opening(opening.boxed()),
            outbound: Outbound(Some(outbound)),
        }
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(self.inbound, Inbound::Closed)
    }
}

impl Inbound {
    /// What comes next; nothing ever while there is no stream. May be dropped and asked again.
    pub(crate) async fn next(&mut self) -> LinkEvent {
        loop {
            let ended = match self {
                Inbound::Closed => std::future::pending().await,
                Inbound::Opening(opening) => match opening.await {
                    Ok(stream) => {
                        *self = Inbound::Open(Box::new(stream));
                        continue;
                    }
                    Err(status) => Err(status),
                },
                Inbound::Open(stream) => match stream.message().await {
                    Ok(Some(message)) => return LinkEvent::Message(message),
                    Ok(None) => Ok(()),
                    Err(status) => Err(status),
                },
            };
            *self = Inbound::Closed;
            return LinkEvent::Ended(ended);
        }
    }
}

impl Outbound {
    /// Waits until a message can be sent: never if none can any more.
    pub(crate) async fn ready(&self) {
        let Some(sender) = &self.0 else {
            return std::future::pending().await;
        };
        if sender.reserve().await.is_err() {
            std::future::pending().await
        }
    }

    /// Sends a message. Ready before; the stream's end tells what was not sent.
    pub(crate) fn send(&self, message: WorkRequest) {
        if let Some(sender) = &self.0 {
            let _ = sender.try_send(message);
        }
    }

    /// The worker has nothing more to say.
    pub(crate) fn close(&mut self) {
        self.0 = None;
    }
}
