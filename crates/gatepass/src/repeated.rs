//! URLs that are asked for again and again: to read one takes as long as to send the request that it is for.

use std::cell::RefCell;
use std::hash::{DefaultHasher, Hasher as _};

use gatepass_request::{Url, UrlError};

/// What this thread has read last.
#[derive(Default)]
struct Latest {
    /// Of its text: what is read once is not kept.
    hash: u64,
    url: Option<(String, Url)>,
}

thread_local! {
    static LATEST: RefCell<Latest> = RefCell::default();
}

/// Reads a URL as [`Url::parse`] does.
///
/// # Errors
/// As [`Url::parse`].
pub(crate) fn read(text: &str) -> Result<Url, UrlError> {
    let known = LATEST.with_borrow(|latest| {
        let (known, url) = latest.url.as_ref()?;
        (known == text).then(|| url.clone())
    });
    match known {
        Some(url) => Ok(url),
        None => {
            let url = Url::parse(text)?;
            keep(text, &url);
            Ok(url)
        }
    }
}

/// Keeps a URL that comes the second time in a row. One with a user name is not kept: a password may stand beside it.
fn keep(text: &str, url: &Url) {
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    let hash = hasher.finish();
    LATEST.with_borrow_mut(|latest| {
        let again = std::mem::replace(&mut latest.hash, hash) == hash;
        latest.url = (again && url.user_info().is_none()).then(|| (text.to_owned(), url.clone()));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_would_be_read() {
        for text in [
            "http://a/b?c#d",
            "http://a/b?c#d",
            "http://a/b?c#d",
            "http://a/",
            "http://b/",
        ] {
            assert_eq!(
                read(text).unwrap().to_string(),
                Url::parse(text).unwrap().to_string()
            );
        }
        for _ in 0..3 {
            let url = read("http://alice:s3cret@a/").unwrap();
            assert_eq!(url.user_info().unwrap().user, "alice");
            LATEST.with_borrow(|latest| assert!(latest.url.is_none()));
            assert!(read("nonsense").is_err());
        }
    }
}
