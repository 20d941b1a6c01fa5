use std::future::IntoFuture;
use std::time::Duration;

use ductape_jobs::{Client, Code, RetryOptions};

use crate::server::{create_job, Server};

#[tokio::test]
#[ignore = "needs a server"]
async fn a_call_outlives_a_restart() {
    let mut server = Server::start();
    let retry = RetryOptions {
        max_attempts: 100,
        ..RetryOptions::default()
    };
    let client = Client::builder()
        .address(&server.address)
        .retry(retry)
        .build()
        .unwrap();
    create_job(&client).await;

    server.kill();
    let call = tokio::spawn(client.jobs().pause("job").note("later").into_future());
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!call.is_finished());
    server.restart();
    assert_eq!(call.await.unwrap().unwrap().pause_note, "later");
}

#[tokio::test]
#[ignore = "needs a server"]
async fn without_a_server_a_call_is_unavailable_or_late() {
    let mut server = Server::start();
    let client = server.client();
    client.server_info().await.unwrap();
    server.kill();

    let none = Client::builder()
        .address(&server.address)
        .retry(RetryOptions::none());
    let error = none.build().unwrap().server_info().await.unwrap_err();
    assert_eq!((error.code(), error.reason()), (Code::Unavailable, ""));

    // What went wrong says more than that it was late.
    let error = client
        .server_info()
        .deadline(Duration::from_millis(250))
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    let error = client
        .server_info()
        .deadline(Duration::ZERO)
        .await
        .unwrap_err();
    assert_eq!(error.code(), Code::DeadlineExceeded);
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_broken_connection_is_made_anew() {
    let mut server = Server::start();
    let client = server.client();
    let before = client.server_info().await.unwrap();
    server.kill();
    server.restart();
    let after = client.server_info().await.unwrap();
    assert_eq!(
        (after.server_id, after.epoch),
        (before.server_id, before.epoch + 1)
    );
}
