//! The forms that are read into a request, one module each.

pub mod any;
mod braces;
pub mod curl;
mod error;
pub mod har;
pub mod http_file;
pub mod items;
pub mod nested;
pub mod postman;
mod reading;

pub use error::ReadError;
pub use reading::{Form, Named, NotOne, Reading};
