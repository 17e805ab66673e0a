//! The few things that are wanted of HTML and XML: a page's title, its visible text and its forms; a document's leaves.

/// What is wanted of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    /// The title.
    pub(crate) title: String,
    /// The visible text, cut.
    pub(crate) text: String,
    /// Whether there is a field for a password.
    pub(crate) asks_password: bool,
    /// Where its first form goes.
    pub(crate) action: Option<String>,
}

/// How much visible text is kept, in bytes.
const MOST: usize = 2000;

/// Reads a page in one pass. It need not be well formed.
pub(crate) fn page(text: &str) -> Page {
    let mut page = Page::default();
    let mut rest = text;
    let mut inside = String::new();
    while let Some(start) = rest.find('<') {
        add(&mut page, &inside, &rest[..start]);
        rest = &rest[start..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = after.find("-->").map_or("", |end| &after[end + 3..]);
            continue;
        }
        let Some(end) = rest.find('>') else {
            return page;
        };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        let name: String = tag
            .chars()
            .take_while(|char| char.is_ascii_alphanumeric() || *char == '/')
            .collect::<String>()
            .to_ascii_lowercase();
        match name.as_str() {
            "script" | "style" | "noscript" | "svg" => {
                let close = format!("</{name}");
                rest = find_ignoring_case(rest, &close).map_or("", |at| &rest[at..]);
            }
            "title" => inside = name,
            "/title" => inside.clear(),
            "input" => {
                page.asks_password |=
                    attribute(tag, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"))
            }
            "form" if page.action.is_none() => page.action = attribute(tag, "action"),
            _ => {}
        }
        if !page.text.is_empty() && !page.text.ends_with(' ') {
            page.text.push(' ');
        }
    }
    add(&mut page, &inside, rest);
    page.text.truncate(page.text.trim_end().len());
    page
}

fn add(page: &mut Page, inside: &str, text: &str) {
    let plain = entities(text);
    let plain: Vec<&str> = plain.split_whitespace().collect();
    let plain = plain.join(" ");
    if plain.is_empty() {
        return;
    }
    let target = if inside == "title" {
        &mut page.title
    } else {
        &mut page.text
    };
    if target.len() + plain.len() <= MOST {
        target.push_str(&plain);
    }
}

/// Returns the value of an attribute of a tag.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = find_ignoring_case(tag, name)?;
    let value = tag[at + name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split([' ', '/']).next()?,
    };
    Some(entities(value))
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    let (text, what) = (text.as_bytes(), what.as_bytes());
    text.windows(what.len())
        .position(|part| part.eq_ignore_ascii_case(what))
}

fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = text.to_owned();
    for (name, char) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&apos;", "'"),
        ("&nbsp;", " "),
        ("&#34;", "\""),
        ("&amp;", "&"),
    ] {
        if out.contains(name) {
            out = out.replace(name, char);
        }
    }
    out
}

/// Returns the elements of a document that hold text alone, each with its name without a prefix.
pub(crate) fn leaves(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open: Option<&str> = None;
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        let before = &rest[..start];
        let Some(end) = rest[start..].find('>').map(|end| start + end) else {
            break;
        };
        let tag = &rest[start + 1..end];
        if let Some(name) = tag.strip_prefix('/') {
            if open == Some(name.trim()) && !before.trim().is_empty() && found.len() < 200 {
                found.push((local(name.trim()).to_owned(), entities(before.trim())));
            }
            open = None;
        } else if let Some(text) = tag.strip_prefix("![CDATA[") {
            let text = text.trim_end_matches("]]");
            if let Some(name) = open
                && found.len() < 200
            {
                found.push((local(name).to_owned(), text.to_owned()));
            }
            open = None;
        } else if !tag.starts_with(['?', '!']) {
            open = tag.split([' ', '\t', '\n', '\r', '/']).next();
            if tag.contains('=') {
                found.extend(attributes(tag));
            }
        }
        rest = &rest[end + 1..];
    }
    found
}

fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for name in ["code", "message", "status", "reason", "type"] {
        if let Some(value) = attribute(tag, name) {
            found.push((name.to_owned(), value));
        }
    }
    found
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_it_is_seen() {
        let found = page(
            "<html><head><title>Sign in &amp; go</title><style>p{}</style><script>if (a<b) password</script></head>\
             <body><h1>Hello</h1><!-- <input type=password> --><form action=\"/login?a=1\" method=post><input name=p type='password'></form>end",
        );
        assert_eq!(found.title, "Sign in & go");
        assert_eq!(found.text, "Hello end");
        assert!(found.asks_password);
        assert_eq!(found.action.as_deref(), Some("/login?a=1"));
        assert!(!page("<p><!-- <input type=password> -->").asks_password);
        for broken in ["<", "<!--", "<a", "<title>", "<script>", "<input type="] {
            page(broken);
            leaves(broken);
        }
    }

    #[test]
    fn leaves_keep_their_names() {
        let found = leaves(
            "<?xml version='1.0'?><s:Error xmlns:s='x'><s:Code>A</s:Code><Message><![CDATA[b]]></Message><Empty/></s:Error>",
        );
        assert_eq!(
            found,
            [
                ("Code".to_owned(), "A".to_owned()),
                ("Message".to_owned(), "b".to_owned())
            ]
        );
    }
}
