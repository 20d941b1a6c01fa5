//! The API as it is: messages, and stubs of its services. The comments are the reference manual,
//! which stands in the protos; links and lists in them are those of protos.

#![allow(missing_docs, unreachable_pub)]
#![allow(clippy::all, clippy::pedantic)]
#![allow(rustdoc::all)]

tonic::include_proto!("ductape.jobs.v1");
