//! The forms that are read into a request, one module each.

pub mod curl;
pub mod items;
pub mod nested;
