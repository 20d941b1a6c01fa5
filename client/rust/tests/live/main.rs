//! The client against real servers, which the tests start and kill themselves. They need the
//! server's program in DUCTAPE_JOBSD: `DUCTAPE_JOBSD=… cargo test -- --ignored`.

mod calls;
mod server;
mod tls;
mod workers;
