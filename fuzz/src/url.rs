//! URLs: what is read is read alike again, its target can be sent, and a reference leads to nothing else than a URL.

use gatepass_request::{Typed, Url};

use crate::split::Input;

/// Reads the first line as what someone typed, and the second as a reference.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let text = String::from_utf8_lossy(input.line()).into_owned();
    let reference = input.line();
    match Url::typed(&text, "https") {
        Ok(Typed::Absolute(url)) => {
            check(&url);
            assert_eq!(
                Url::parse(&url.to_string()).unwrap().to_string(),
                url.to_string()
            );
            if let Ok(joined) = url.join(reference) {
                check(&joined);
                // What is resolved stays where it is resolved again. Without a path, a typed one keeps its dots.
                if !matches!(reference.trim_ascii().first(), None | Some(b'?' | b'#')) {
                    let again = url.join(joined.to_string()).unwrap();
                    assert_eq!(
                        (again.space(), again.target()),
                        (joined.space(), joined.target())
                    );
                }
            }
            let mut longer = url.clone();
            longer.push_query(&text, "&=# ");
            check(&longer);
            assert!(longer.target().starts_with(url.target()));
        }
        Ok(Typed::Path(target)) => check_target(&target),
        Ok(_) => {}
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn check(url: &Url) {
    check_target(url.target());
    assert!(matches!(url.scheme(), "http" | "https") && url.port() > 0);
    assert!(!url.host().is_empty() && !url.host().contains(['/', '@', '?', '#', '\\', ' ']));
    assert!(url.host().bytes().all(|byte| byte.is_ascii_graphic()));
    // The url crate, which browsers' rules went into, finds the same host.
    let theirs =
        gatepass_request::Url::parse(&format!("{}://{}/", url.scheme(), url.authority())).unwrap();
    assert_eq!(theirs.space(), url.space());
}

fn check_target(target: &str) {
    assert!(target.starts_with('/') && !target.contains('#'));
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic()));
}
