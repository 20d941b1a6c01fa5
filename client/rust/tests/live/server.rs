//! A server on loopback with a data directory of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use ductape_jobs::{Client, Event, EventType, Job, WorkerTarget};

pub(crate) struct Server {
    folder: PathBuf,
    arguments: Vec<String>,
    process: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::start_with(new_folder(), &[])
    }

    pub(crate) fn start_with(folder: PathBuf, arguments: &[String]) -> Self {
        let arguments = arguments.to_vec();
        let (process, address) = spawn(&folder, "127.0.0.1:0", &arguments);
        Server {
            folder,
            arguments,
            process,
            address,
        }
    }

    /// As a crash ends it.
    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("the server can be killed");
        self.process.wait().expect("the server ends");
    }

    /// On the same address and data as before.
    pub(crate) fn restart(&mut self) {
        (self.process, _) = spawn(&self.folder, &self.address, &self.arguments);
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(&self.address).expect("the address is one")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

pub(crate) fn new_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("ductape-jobs-rust-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// An event `task` for workers of the queue `q`, and a job `job` that only runs when it is asked to.
pub(crate) async fn create_job(client: &Client) {
    let event = Event::new(EventType::Function, "task", WorkerTarget::on("q"));
    client.events().create(event).await.expect("an event");
    let far = std::time::SystemTime::now() + std::time::Duration::from_secs(365 * 24 * 3600);
    let job = Job::new("job", "Job", EventType::Function, "task").at([far]);
    client.jobs().create(job).await.expect("a job");
}

fn spawn(folder: &Path, listen: &str, arguments: &[String]) -> (Child, String) {
    let program = std::env::var("DUCTAPE_JOBSD").expect("DUCTAPE_JOBSD names the server's program");
    let mut process = Command::new(program)
        .arg("--data-dir")
        .arg(folder.join("data"))
        .args([
            "--listen",
            listen,
            "--http-listen",
            "off",
            "--disk-reserve",
            "0",
        ])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    let out = BufReader::new(process.stdout.take().expect("its output is piped"));
    let mut lines = out.lines().map_while(Result::ok);
    let ready = lines.find_map(|line| {
        let address = line.strip_prefix("ready grpc=")?.split(' ').next()?;
        Some(address.to_owned())
    });
    (process, ready.expect("the server becomes ready"))
}
