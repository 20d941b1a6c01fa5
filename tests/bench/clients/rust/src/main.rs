//! How many runs a second workers of the Rust client complete, on a live server.
//!
//! Usage: cargo run --release -- [RATE [SECONDS [WORKERS]]]
//! At the server of DUCTAPE_JOBS_ADDRESS it lets WORKERS (2) workers, each on a connection of its
//! own, execute the runs of RATE (100000) jobs that are due each second, with a handler that does
//! nothing, and prints the rate that was completed within SECONDS (10) after 5 s to warm up, with
//! the CPU time of this process and the load average beside it. A rate that is lower than what was
//! due is what the workers, or the server, can do.

mod cpu;
mod jobs;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ductape_jobs::{Client, Worker};

type Error = Box<dyn std::error::Error + Send + Sync>;

const WARM_UP: Duration = Duration::from_secs(5);
const MAX_IN_FLIGHT: u32 = 50_000;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let numbers = std::env::args().skip(1).map(|text| text.parse());
    let numbers: Vec<u64> = numbers.collect::<Result<_, _>>()?;
    let number = |i: usize, default| numbers.get(i).copied().unwrap_or(default);
    let (rate, seconds, workers) = (number(0, 100_000), number(1, 10), number(2, 2));

    let millis = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let product = format!("bench-rust-{millis}");
    let done = Arc::new(AtomicU64::new(0));
    let client = client(&product)?;
    jobs::create_event(&client).await?;
    let workers = start(&product, workers, &done).await?;
    jobs::create(&client, rate).await?;
    tokio::time::sleep(WARM_UP).await;

    let (began, count, cpu) = (Instant::now(), done.load(Ordering::Relaxed), cpu::used()?);
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let completed = (done.load(Ordering::Relaxed) - count) as f64;
    let (took, used) = (began.elapsed().as_secs_f64(), cpu::used()? - cpu);

    println!(
        "{:.0} runs/s completed ({rate} due), {:.1} us of this process's CPU each, {} workers, {took:.0} s, load average {}",
        completed / took,
        used.as_secs_f64() * 1e6 / completed.max(1.0),
        workers.len(),
        cpu::load_average()?
    );
    for worker in &workers {
        worker.stop().await;
    }
    Ok(())
}

fn client(product: &str) -> ductape_jobs::Result<Client> {
    Client::builder().with_env().product(product).build()
}

async fn start(product: &str, workers: u64, done: &Arc<AtomicU64>) -> Result<Vec<Worker>, Error> {
    let mut started = Vec::new();
    for _ in 0..workers {
        let done = Arc::clone(done);
        let worker = client(product)?
            .worker()
            .queue(jobs::QUEUE)
            .name("bench")
            .max_in_flight(MAX_IN_FLIGHT)
            .start(move |_| {
                done.fetch_add(1, Ordering::Relaxed);
                std::future::ready(())
            })?;
        worker.connected().await?;
        started.push(worker);
    }
    Ok(started)
}
