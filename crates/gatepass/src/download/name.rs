//! The name of a file that a server chooses, made safe: it stays in its folder, and looks like what it is.

use gatepass_auth::params::{ext_value, parse_parameters};
use gatepass_auth::{Headers, percent};
use gatepass_request::{Url, extension_of};

/// The longest name, in bytes. File systems take 255; a number and what stands for an unfinished file may follow.
const LONGEST: usize = 200;

/// Returns the name that a response gives its body: `Content-Disposition` (RFC 6266), else the end of the URL's path, with
/// an extension for the media type where it has none. It is safe to be made in any folder, whoever chose it.
///
/// ```
/// use gatepass::{Headers, Url, download::file_name};
///
/// let url = Url::parse("https://h/files/r%C3%A9sum%C3%A9?x")?;
/// let headers: Headers = [("Content-Type", "application/pdf")].into_iter().collect();
/// assert_eq!(file_name(&headers, &url), "résumé.pdf");
/// let headers: Headers = [("Content-Disposition", "attachment; filename=\"../../.bashrc\"")].into_iter().collect();
/// assert_eq!(file_name(&headers, &url), "bashrc");
/// # Ok::<(), gatepass_request::UrlError>(())
/// ```
pub fn file_name(headers: &Headers, url: &Url) -> String {
    if let Some(name) = headers
        .get("Content-Disposition")
        .and_then(disposition_name)
        .and_then(|name| safe(&name))
    {
        return name;
    }
    let segment = url.path().rsplit('/').next().unwrap_or_default();
    let segment = percent::decode(segment);
    let name = safe(&String::from_utf8_lossy(&segment)).unwrap_or_else(|| "index".to_owned());
    let extension = headers.get_str("Content-Type").and_then(extension_of);
    match extension {
        Some(extension) if !name.contains('.') => format!("{name}.{extension}"),
        _ => name,
    }
}

/// Returns what `Content-Disposition` names: `filename*` before `filename` (RFC 6266 section 4.3).
fn disposition_name(value: &[u8]) -> Option<String> {
    let params = parse_parameters(value);
    let extended = params.text("filename*");
    let extended = extended.and_then(|value| ext_value(&value));
    extended.or_else(|| Some(params.text("filename")?.into_owned()))
}

/// Returns a name that leads nowhere else, hides nothing and is a name on every system; `None` where nothing is left of it.
fn safe(name: &str) -> Option<String> {
    let name = name.rsplit(['/', '\\']).next()?;
    let name: String = name
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| if r#"<>:"|?*"#.contains(c) { '_' } else { c })
        .collect();
    // A dot hides a file, a dash makes an option of it, and a tilde a home directory.
    let name = name.trim_start_matches(|c: char| ".-~".contains(c) || c.is_whitespace());
    let name = name.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let name = if is_device(stem) {
        format!("_{name}")
    } else {
        name.to_owned()
    };
    let name = shortened(name);
    // What looks like an unfinished file would be gone on with.
    let lower = name.to_ascii_lowercase();
    let is_like_a_part = [super::part::PART, super::part::NOTES]
        .iter()
        .any(|end| lower.ends_with(end));
    let name = if is_like_a_part { name + "_" } else { name };
    (!name.is_empty()).then_some(name)
}

/// Says whether a character cannot be seen, or changes how others are: controls, marks of direction, and spaces without
/// width (Unicode Technical Report 36).
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Says whether Windows takes a name for a device, whatever its extension.
fn is_device(stem: &str) -> bool {
    let stem = stem.to_ascii_uppercase();
    let numbered = ["COM", "LPT"].iter().any(|device| {
        stem.strip_prefix(device)
            .is_some_and(|number| "123456789¹²³".contains(number) && number.chars().count() == 1)
    });
    numbered || ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(&stem.as_str())
}

/// Cuts a long name before its extension.
fn shortened(name: String) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if extension.len() <= 20 => (stem, format!(".{extension}")),
        _ => (&name[..], String::new()),
    };
    let mut end = (LONGEST - extension.len()).min(stem.len());
    while !stem.is_char_boundary(end) {
        end -= 1;
    }
    let stem = stem[..end].trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    format!("{stem}{extension}")
}

/// Puts a number before the extension of a name: `a.txt` becomes `a-1.txt`. A name is left alone by 0.
pub(super) fn numbered(name: &str, number: u32) -> String {
    match (number, name.rsplit_once('.')) {
        (0, _) => name.to_owned(),
        (_, Some((stem, extension))) => match stem.strip_suffix(".tar") {
            Some(stem) => format!("{stem}-{number}.tar.{extension}"),
            None => format!("{stem}-{number}.{extension}"),
        },
        (_, None) => format!("{name}-{number}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(disposition: &[u8], url: &str) -> String {
        let headers = [("Content-Disposition", disposition)].into_iter().collect();
        file_name(&headers, &Url::parse(url).unwrap())
    }

    #[test]
    fn the_server_names_the_file() {
        let url = "http://h/a/b.txt?c=/d";
        for (disposition, name) in [
            (&b"attachment; filename=\"x y.pdf\""[..], "x y.pdf"),
            (b"attachment; FileName=x.pdf", "x.pdf"),
            (
                b"inline; filename=\"a;b.txt\"; filename*=UTF-8''%e2%82%ac.txt",
                "€.txt",
            ),
            (
                b"attachment; filename*=iso-8859-1''%e9; filename=\"e\"",
                "e",
            ),
            (b"attachment; filename=\"caf\xe9.txt\"", "café.txt"),
            ("attachment; filename=\"é.txt\"".as_bytes(), "é.txt"),
            (b"attachment", "b.txt"),
            (b"attachment; filename=\"\"", "b.txt"),
            (b"attachment; filename=\"..\"", "b.txt"),
            (b";;=\"", "b.txt"),
        ] {
            assert_eq!(named(disposition, url), name);
        }
        for (url, name) in [
            ("http://h", "index"),
            ("http://h/a/", "index"),
            ("http://h/..%2f..%2fetc%2fpasswd", "passwd"),
            ("http://h/%2e%2e", "index"),
            ("http://h/a%00b%0a", "ab"),
        ] {
            assert_eq!(named(b"", url), name, "{url}");
        }
    }

    #[test]
    fn no_name_does_harm() {
        for (name, safe_name) in [
            ("/etc/passwd", Some("passwd")),
            ("C:\\Windows\\x.dll", Some("x.dll")),
            ("..\\..", None),
            (".bashrc", Some("bashrc")),
            ("-rf", Some("rf")),
            ("--output=x", Some("output=x")),
            ("~root", Some("root")),
            (" . - ", None),
            ("a\r\nb\u{1b}[31m.txt", Some("ab[31m.txt")),
            ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
            ("a\u{200b}\u{feff}", Some("a")),
            ("a.", Some("a")),
            ("a:b*c?.txt", Some("a_b_c_.txt")),
            ("nul", Some("_nul")),
            ("COM1.txt", Some("_COM1.txt")),
            ("com10.txt", Some("com10.txt")),
            ("LPT².tar.gz", Some("_LPT².tar.gz")),
            ("console", Some("console")),
            ("big.iso.part", Some("big.iso.part_")),
            ("big.iso.Part.JSON", Some("big.iso.Part.JSON_")),
            ("", None),
        ] {
            assert_eq!(safe(name).as_deref(), safe_name, "{name:?}");
        }
        let long = safe(&format!("{}.tar.gz", "é".repeat(300))).unwrap();
        assert!(long.len() <= LONGEST && long.ends_with("é.gz"), "{long}");
        assert_eq!(safe(&"x".repeat(300)).unwrap().len(), LONGEST);
        assert_eq!(
            safe(&format!("x.{}", "y".repeat(300))).unwrap().len(),
            LONGEST
        );
        let dots = safe(&format!(
            "{}. . .{}",
            "x".repeat(LONGEST - 4),
            "y".repeat(60)
        ));
        assert_eq!(dots.unwrap(), "x".repeat(LONGEST - 4));
    }

    #[test]
    fn a_number_comes_before_the_extension() {
        for (name, number, numbered_name) in [
            ("a.txt", 0, "a.txt"),
            ("a.txt", 1, "a-1.txt"),
            ("a", 2, "a-2"),
            ("a.b.tar.gz", 3, "a.b-3.tar.gz"),
        ] {
            assert_eq!(numbered(name, number), numbered_name);
        }
    }
}
