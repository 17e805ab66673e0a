//! The table of schemes, and a page of all of them.

use gatepass_auth::schemes::descriptors;
use gatepass_auth::{Descriptor, Field, Form};

const NOTE: &str = "<!-- Made by `cargo xtask codegen`. Edit the scheme's file in crates/gatepass-auth/src/schemes. -->\n";

/// Returns the table of all schemes; each name links into `page`.
pub(super) fn table(page: &str) -> String {
    let mut table = String::from(
        "| `-A` | scheme | what it does | where it is specified | can a reader of the request learn the secret? |\n\
         |---|---|---|---|---|\n",
    );
    for scheme in descriptors() {
        let reveals = if scheme.reveals_secret {
            "yes: TLS or this machine only"
        } else {
            "no"
        };
        table += &format!(
            "| {} | [{}]({page}#{}) | {} | {} | {reveals} |\n",
            spellings(scheme).join(" "),
            scheme.title,
            scheme.id,
            scheme.summary,
            scheme.reference,
        );
    }
    table
}

/// Returns the ways to write a scheme behind `-A`.
fn spellings(scheme: &Descriptor) -> Vec<String> {
    let parameters = scheme.parameters.iter();
    let parameters: String = parameters
        .map(|name| format!("[:{}]", name.to_uppercase()))
        .collect();
    let mut all = vec![format!("`{}{parameters}`", scheme.id)];
    all.extend(
        scheme
            .aliases
            .iter()
            .map(|alias| format!("`{}`", alias.name)),
    );
    all
}

/// Returns the page of all schemes: the table, and the manual page and the fields of each.
pub(super) fn pages() -> String {
    let mut page = format!("{NOTE}\n# Schemes\n\n{}", table(""));
    for scheme in descriptors() {
        page += &format!("\n<a id=\"{}\"></a>\n\n## {}\n\n", scheme.id, scheme.title);
        // The page's own headings go one level further down.
        for line in scheme.manual().lines() {
            let line = if line.starts_with("# ") {
                format!("##{line}")
            } else {
                without_links(line)
            };
            page += &line;
            page.push('\n');
        }
        page += &fields(scheme);
    }
    page
}

/// Turns the links of Rust's documentation into plain code: ``[`Scheme`](crate::Scheme)`` into `` `Scheme` ``.
fn without_links(line: &str) -> String {
    let mut text = line.to_owned();
    while let Some(start) = text.find("[`") {
        let Some(end) = text[start..].find("`]").map(|end| start + end) else {
            break;
        };
        let after = &text[end + 2..];
        let rest = match after
            .strip_prefix('(')
            .and_then(|target| target.split_once(')'))
        {
            Some((_, rest)) => rest.to_owned(),
            None => after.to_owned(),
        };
        text = format!("{}{}`{rest}", &text[..start], &text[start + 1..end]);
    }
    text
}

fn fields(scheme: &Descriptor) -> String {
    let mut text = String::from("\n### Fields\n\n");
    text += &match scheme.form {
        Form::UserPassword => {
            "`-a user:password`, or `-a user` and the password is asked for.".to_owned()
        }
        Form::Single(field) => format!("`-a VALUE` gives `{field}`."),
        _ => "`-a field=value`, once for each field.".to_owned(),
    };
    text += "\n\n| field | what it is | needed | values | default |\n|---|---|---|---|---|\n";
    for field in scheme.fields {
        text += &row(field);
    }
    text
}

fn row(field: &Field) -> String {
    let secret = if field.secret { " (secret)" } else { "" };
    let needed = if field.required { "yes" } else { "" };
    let code = |text: &str| format!("`{text}`");
    let choices: Vec<_> = field.choices.iter().map(|choice| code(choice)).collect();
    format!(
        "| `{}` | {}{secret} | {needed} | {} | {} |\n",
        field.name,
        field.help.replace('|', "\\|"),
        choices.join(", "),
        field.default.map(code).unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scheme_has_its_row_and_its_page() {
        let (table, pages) = (table(""), pages());
        for scheme in descriptors() {
            assert!(
                table.contains(&format!("| `{}", scheme.id)),
                "{}",
                scheme.id
            );
            assert!(
                pages.contains(&format!("\n## {}\n", scheme.title)),
                "{}",
                scheme.id
            );
        }
    }

    #[test]
    fn links_of_the_code_become_code() {
        assert_eq!(
            without_links("a [`B`](crate::B) and [`c::D`], [1]"),
            "a `B` and `c::D`, [1]"
        );
        assert_eq!(without_links("[`broken"), "[`broken");
    }
}
