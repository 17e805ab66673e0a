//! Where tokens and registrations are kept: in memory, in files that only their owner may read, in the system's keyring.

mod file;
mod keyring;
mod memory;

pub use file::FileTokens;
pub use keyring::KeyringTokens;
pub use memory::MemoryTokens;

use gatepass_auth::Hash;

/// Returns a name that a file and a keyring's entry can have, for a key of any text.
fn name_of(key: &str) -> String {
    Hash::Sha256.hex(&[key.as_bytes()])
}
