//! What may be shown, decided in one place for every front: records of exchanges, archives, imports, explanations, the page, errors.
//!
//! Two questions are answered here. *Is it a secret?* is told by a name: of a header field ([`carries_credential`]), of a
//! parameter in a query, a form, a JSON value or a cookie ([`is_secret_name`]), of a parameter of a scheme. What is not known
//! is hidden rather than shown, and what stands where a scheme's word belongs is shown only if it is one
//! ([`is_scheme_word`]). *Does it do what it says?* is told by its characters: [`line()`] and [`text()`] leave nothing that a
//! terminal obeys or that a reader cannot see, [`cut`] no more than anybody reads, and [`said`] lets no peer speak in our voice.
//!
//! A secret that is hidden becomes its [`crate::mask()`], by which two records can be compared.

mod header;
mod json;
mod length;
mod loose;
mod multipart;
mod name;
mod pairs;
mod terminal;
mod typed;
mod url;
mod value;
mod within;
mod word;

pub use header::{CREDENTIAL_HEADERS, carries_credential, stands_beside, travels};
pub use length::{FIELD, LISTED, SAID, cut};
pub use name::{is_secret_name, is_suspicious};
pub use terminal::{is_unseen, line, steers, text};
pub use typed::{said, typed, typed_path, typed_user};
pub use value::{is_open_parameter, masked_value};
pub use within::{body, pairs, url, urls_in};
pub use word::is_scheme_word;
