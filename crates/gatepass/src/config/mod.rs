//! Settings of a client, most of which a single request can override.

mod dial;
mod pool;
mod redirect;
mod timeouts;
mod tls;

pub(crate) use dial::From;
pub use dial::{Dial, Family, Version};
pub use pool::Pool;
pub use redirect::Redirects;
pub use timeouts::Timeouts;
pub use tls::Tls;
