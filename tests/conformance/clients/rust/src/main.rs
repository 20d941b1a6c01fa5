//! Takes the steps of the conformance scenario with the Rust client.
//!
//! Usage: ductape-jobs-scenario ADDRESS SCENARIO
//! Prints `ok STEP` or `FAIL STEP: why` for each step, and `N passed, N failed` last. Exit codes:
//! 0 all passed, 1 some failed, 2 usage.

mod calls;
mod expect;
mod json;
mod steps;
mod variables;
mod workers;

use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use ductape_jobs::Client;
use serde_json::Value;

type Error = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, scenario] = &arguments[..] else {
        eprintln!("usage: ductape-jobs-scenario ADDRESS SCENARIO");
        return ExitCode::from(2);
    };
    match run(address, scenario).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Answers how many steps failed.
async fn run(address: &str, path: &str) -> Result<usize, Error> {
    let scenario: Value = serde_json::from_slice(&std::fs::read(path)?)?;
    if scenario["format"] != 1 {
        return Err(format!("{path} is not of format 1").into());
    }
    let steps = scenario["steps"]
        .as_array()
        .ok_or("the scenario has no steps")?;

    let millis = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let product = format!("conformance-rust-{millis}");
    let client = Client::builder()
        .address(address)
        .product(&product)
        .build()?;
    let mut runner = steps::Runner::new(client, product);
    let mut failed = 0;
    for step in steps {
        let name = step["step"].as_str().unwrap_or("a step without a name");
        match runner.take(step).await {
            Ok(()) => println!("ok {name}"),
            Err(why) => {
                failed += 1;
                println!("FAIL {name}: {why}");
            }
        }
    }
    runner.end().await;
    println!("{} passed, {failed} failed", steps.len() - failed);
    Ok(failed)
}
