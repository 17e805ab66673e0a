//! Settings of a client, most of which a single request can override.

mod compression;
mod decoding;
mod dial;
mod expect_continue;
mod home;
mod no_proxy;
mod pool;
pub(crate) mod private_file;
mod proxy;
pub(crate) mod reach;
mod redirect;
mod retries;
mod timeouts;
mod tls;

pub use compression::Compression;
pub(crate) use compression::RequestCoding;
pub use decoding::Decoding;
pub(crate) use dial::From;
pub use dial::{Dial, Family, Version};
pub use expect_continue::ExpectContinue;
pub(crate) use expect_continue::When;
pub use home::config_dir;
pub(crate) use home::home_dir;
pub use pool::Pool;
pub use private_file::write as write_private_file;
pub use proxy::{Protocol, Proxies, Proxy};
pub use redirect::Redirects;
pub use retries::Retries;
pub use timeouts::Timeouts;
pub(crate) use tls::Trust;
pub use tls::{Identity, Pin, Tls, TlsVersion};
