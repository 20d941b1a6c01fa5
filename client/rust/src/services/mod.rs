//! The calls of the API by resource: one file each, with what a request is made from and what can
//! be said beside it. Requests of [`v1`](crate::v1) are taken everywhere, whole.

mod calendars;
mod connections;
mod events;
mod jobs;
mod leases;
mod runs;
mod schedules;

pub use calendars::Calendars;
pub use connections::Connections;
pub use events::Events;
pub use jobs::Jobs;
pub use leases::Leases;
pub use runs::Runs;

/// Setters of calls for fields of their requests: `field(argument: type) = expression;`.
macro_rules! setters {
    ($request:ident: $($(#[$doc:meta])* $name:ident($argument:ident: $type:ty) $field:ident = $value:expr;)*) => {
        impl crate::call::Call<crate::v1::$request> {
            $($(#[$doc])*
            pub fn $name(mut self, $argument: $type) -> Self {
                self.request.$field = $value;
                self
            })*
        }
    };
}

/// The setter of `request_id`, which is the same for all changes.
macro_rules! request_id {
    ($($request:ident)*) => {$(
        setters! { $request:
            /// Makes the call safe to repeat by the caller too, within 24 h. Unset: one is made up
            /// for each call.
            request_id(id: impl Into<String>) request_id = id.into();
        }
    )*};
}

/// The parts of an update that all resources have.
macro_rules! update {
    ($($request:ident)*) => {$(
        setters! { $request:
            /// Which fields to set: names of the protos, or `*` for all. Without it those that are
            /// populated.
            mask(fields: impl IntoIterator<Item = impl Into<String>>) update_mask =
                Some(prost_types::FieldMask { paths: fields.into_iter().map(Into::into).collect() });
            /// Create it if it does not exist.
            allow_missing(allow: bool) allow_missing = allow;
        }
    )*};
}

/// `validate_only`, which is the same for all that have it.
macro_rules! validate_only {
    ($($request:ident)*) => {$(
        setters! { $request:
            /// Check everything and answer the resource as it would be, without changing anything.
            validate_only(only: bool) validate_only = only;
        }
    )*};
}

pub(crate) use {request_id, setters, update, validate_only};
