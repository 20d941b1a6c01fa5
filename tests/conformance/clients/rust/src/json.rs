//! Messages of the API as protobuf's JSON, by their descriptors.

use std::sync::LazyLock;

use ductape_jobs::FILE_DESCRIPTOR_SET;
use prost::Message;
use prost_reflect::{
    DescriptorPool, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions,
};
use serde_json::Value;

use crate::Error;

static POOL: LazyLock<DescriptorPool> = LazyLock::new(|| {
    DescriptorPool::decode(FILE_DESCRIPTOR_SET).expect("the crate's descriptors are whole")
});

/// The method of this name, of whichever service.
pub fn method(name: &str) -> Result<MethodDescriptor, Error> {
    let mut methods = POOL
        .services()
        .flat_map(|service| service.methods().collect::<Vec<_>>());
    methods
        .find(|method| method.name() == name)
        .ok_or_else(|| format!("no method {name}").into())
}

/// The message of this name in `ductape.jobs.v1`.
pub fn message(name: &str) -> Result<MessageDescriptor, Error> {
    let found = POOL.get_message_by_name(&format!("ductape.jobs.v1.{name}"));
    found.ok_or_else(|| format!("no message {name}").into())
}

pub fn read<M: Message + Default>(descriptor: MessageDescriptor, json: &Value) -> Result<M, Error> {
    Ok(DynamicMessage::deserialize(descriptor, json)?.transcode_to()?)
}

pub fn write(descriptor: MessageDescriptor, message: &impl Message) -> Result<Value, Error> {
    let mut dynamic = DynamicMessage::new(descriptor);
    dynamic.transcode_from(message)?;
    let options = SerializeOptions::new().use_proto_field_name(true);
    Ok(dynamic.serialize_with_options(serde_json::value::Serializer, &options)?)
}
