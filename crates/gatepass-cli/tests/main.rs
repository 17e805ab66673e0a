//! The command as people run it: the real binary, its output, and its exit code. One file for each command.

#![expect(
    clippy::unwrap_used,
    reason = "a test panics where something is not as it must be"
)]

mod auth;
mod bodies;
mod code;
mod completions;
mod cookies;
mod curl_outputs;
mod curl_wire;
mod decode;
mod download;
mod errors;

mod foreign;
mod import;
mod man;
mod netrc;
mod network;
mod nowhere;
mod output;
mod pem;
mod run;
mod schemes;
mod secrets;
mod send;
mod serve;
mod session;
mod terminal;
mod tls;
mod web;
mod why;
