//! The commands, one file each with its arguments and its run.

pub(crate) mod completions;
pub(crate) mod decode;
pub(crate) mod man;
pub(crate) mod schemes;
