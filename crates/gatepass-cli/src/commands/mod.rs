//! The commands, one file each with its arguments and its run.

pub(crate) mod auth;
pub(crate) mod code;
pub(crate) mod completions;
pub(crate) mod curl;
pub(crate) mod decode;
pub(crate) mod import;
pub(crate) mod man;
pub(crate) mod outside;
pub(crate) mod schemes;
pub(crate) mod send;
pub(crate) mod serve;
pub(crate) mod session;
pub(crate) mod web;
pub(crate) mod why;

/// The words that are commands where they stand first.
pub(crate) const NAMES: &[&str] = &[
    "auth",
    "code",
    "completions",
    "curl",
    "decode",
    "import",
    "man",
    "schemes",
    "serve",
    "session",
    "web",
    "why",
];
