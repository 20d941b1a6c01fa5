use std::sync::Arc;
use std::time::Duration;

use ductape_jobs::{Client, Code, Outcome, Run, RunState, Task, Worker};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout, Instant};

use crate::server::{create_job, Server};

const SOON: Duration = Duration::from_secs(20);

/// The run once it has ended.
async fn ended(client: &Client, run_id: &str) -> Run {
    let late = Instant::now() + SOON;
    loop {
        let run = client.runs().get(run_id).await.expect("the run");
        if run.has_ended() {
            return run;
        }
        assert!(Instant::now() < late, "{run:?} has not ended");
        sleep(Duration::from_millis(20)).await;
    }
}

/// A worker whose handlers tell that they began and then wait to be let go.
fn held(client: &Client) -> (Worker, Arc<Semaphore>, Arc<Semaphore>) {
    let (begun, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (b, g) = (Arc::clone(&begun), Arc::clone(&go));
    let worker = client.worker().queue("q").start(move |task: Task| {
        let (begun, go) = (Arc::clone(&b), Arc::clone(&g));
        async move {
            begun.add_permits(1);
            match task.stop().run_until_cancelled(go.acquire()).await {
                Some(_) => Outcome::Completed(format!("attempt {}", task.attempt()).into()),
                None => Outcome::Cancelled,
            }
        }
    });
    (worker.expect("a worker"), begun, go)
}

async fn one(semaphore: &Semaphore) {
    timeout(SOON, semaphore.acquire())
        .await
        .expect("in time")
        .expect("open")
        .forget();
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_worker_outlives_a_restart_of_the_server() {
    let mut server = Server::start();
    let client = server.client();
    create_job(&client).await;
    let (worker, begun, go) = held(&client);
    let run = client.jobs().run("job").await.unwrap();
    one(&begun).await;

    server.kill();
    server.restart();
    // The server delivers it anew, and the first handler is told to stop.
    one(&begun).await;
    assert_eq!(worker.in_flight(), 1);
    go.add_permits(1);
    let run = ended(&client, &run.run_id).await;
    assert_eq!(run.state(), RunState::Completed);
    worker.drain(SOON).await.unwrap();
    assert_eq!(worker.in_flight(), 0);
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_worker_waits_for_a_server() {
    let mut server = Server::start();
    create_job(&server.client()).await;
    server.kill();
    let (worker, begun, go) = held(&server.client());
    sleep(Duration::from_millis(300)).await;
    assert!(!worker.is_connected());
    server.restart();
    timeout(SOON, worker.connected()).await.unwrap().unwrap();
    let run = server.client().jobs().run("job").await.unwrap();
    one(&begun).await;
    go.add_permits(1);
    assert_eq!(
        ended(&server.client(), &run.run_id).await.state(),
        RunState::Completed
    );
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_worker_that_is_dropped_gives_its_runs_back() {
    let server = Server::start();
    let client = server.client();
    create_job(&client).await;
    let (worker, begun, _) = held(&client);
    let run = client.jobs().run("job").await.unwrap();
    one(&begun).await;
    drop(worker);

    let (_second, begun, go) = held(&client);
    one(&begun).await;
    go.add_permits(1);
    let run = ended(&client, &run.run_id).await;
    assert_eq!(
        (run.state(), run.output.as_str()),
        (RunState::Completed, "attempt 2")
    );
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_handler_that_does_not_heed_its_signal_is_dropped() {
    let server = Server::start();
    let client = server.client();
    create_job(&client).await;
    let begun = Arc::new(Semaphore::new(0));
    let b = Arc::clone(&begun);
    let worker = client.worker().queue("q").start(move |_| {
        b.add_permits(1);
        std::future::pending::<()>()
    });
    let worker = worker.unwrap();
    let run = client.jobs().run("job").await.unwrap();
    one(&begun).await;

    let error = worker.drain(Duration::from_millis(100)).await.unwrap_err();
    assert_eq!(error.code(), Code::DeadlineExceeded);
    assert!(worker.wait().await.is_ok());
    // It is nobody's now, so that another worker gets it without a wait for the session's end.
    let (_second, begun, go) = held(&client);
    one(&begun).await;
    go.add_permits(1);
    assert_eq!(ended(&client, &run.run_id).await.output, "attempt 2");
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_window_of_none_takes_no_runs() {
    let server = Server::start();
    let client = server.client();
    create_job(&client).await;
    let (worker, begun, go) = held(&client);
    worker.connected().await.unwrap();
    worker.set_max_in_flight(0);
    sleep(Duration::from_millis(200)).await; // the server does not say that it has heard
    let run = client.jobs().run("job").await.unwrap();
    sleep(Duration::from_millis(300)).await;
    assert_eq!(worker.in_flight(), 0);
    worker.set_max_in_flight(1);
    one(&begun).await;
    go.add_permits(1);
    assert_eq!(ended(&client, &run.run_id).await.output, "attempt 1");
}

#[tokio::test]
#[ignore = "needs a server"]
async fn a_worker_that_is_refused_for_good_ends() {
    let server = Server::start();
    let worker = server
        .client()
        .worker()
        .queue("no queue")
        .start(|_| async {})
        .unwrap();
    let error = timeout(SOON, worker.wait()).await.unwrap().unwrap_err();
    assert_eq!(
        (error.code(), error.reason()),
        (Code::InvalidArgument, "FIELD_INVALID")
    );
    assert_eq!(
        worker.connected().await.unwrap_err().code(),
        Code::InvalidArgument
    );
}
