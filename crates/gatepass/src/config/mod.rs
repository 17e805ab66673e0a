//! Settings of a client, most of which a single request can override.

mod pool;
mod redirect;
mod timeouts;
mod tls;

pub use pool::Pool;
pub use redirect::Redirects;
pub use timeouts::Timeouts;
pub use tls::Tls;
