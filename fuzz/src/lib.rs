//! Hostile input: what each parser and each scheme must hold, whatever the bytes.
//!
//! One module is one target. Its `run` takes any bytes and panics where a promise is broken. cargo-fuzz drives them by
//! `fuzz_targets/`, and `tests/smoke.rs` drives them on any toolchain from `seeds/`.
//!
//! ```text
//! cargo test --manifest-path fuzz/Cargo.toml
//! cargo +nightly fuzz run challenge --features libfuzzer corpus/challenge seeds/challenge -- -max_total_time=60
//! ```

#![forbid(unsafe_code)]

pub mod auth_arg;
pub mod challenge;
pub mod client;
pub mod collections;
pub mod conversation;
pub mod cookies;
pub mod credentials;
pub mod curl_command;
pub mod file_name;
pub mod items;
pub mod nested;
pub mod netrc;
pub mod params;
mod split;
pub mod url;
pub mod verifiers;
pub mod wire;

#[path = "../../crates/gatepass-auth/tests/support/mod.rs"]
mod support;

/// One target: its name, which is that of its folder of seeds, and its body.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("auth_arg", auth_arg::run),
    ("challenge", challenge::run),
    ("client", client::run),
    ("collections", collections::run),
    ("conversation", conversation::run),
    ("cookies", cookies::run),
    ("credentials", credentials::run),
    ("curl_command", curl_command::run),
    ("file_name", file_name::run),
    ("items", items::run),
    ("nested", nested::run),
    ("netrc", netrc::run),
    ("params", params::run),
    ("url", url::run),
    ("verifiers", verifiers::run),
    ("wire", wire::run),
];
