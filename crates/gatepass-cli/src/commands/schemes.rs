//! `gatepass schemes`: the authentication schemes as a table, or one of them with its manual page.

use clap::Args;
use gatepass_auth::{Descriptor, Field, Form, schemes};

use crate::auth_args::SchemeName;
use crate::error::Failure;
use crate::exit_code::Exit;
use crate::output;
use crate::output::color::{Palette, When};

/// List the authentication schemes, or explain one of them
#[derive(Args, Debug)]
pub(crate) struct SchemesArgs {
    /// The scheme to explain
    #[arg(value_name = "SCHEME", value_parser = SchemeName, hide_possible_values = true)]
    name: Option<String>,
}

/// Prints the table or the page.
///
/// # Errors
/// [`Failure`] for a scheme that does not exist, and where the output cannot be written.
pub(crate) fn run(args: SchemesArgs) -> Result<Exit, Failure> {
    let palette = Palette::for_stdout(When::Auto);
    let text = match args.name.as_deref() {
        None => table(palette),
        Some(name) => page(
            schemes::find(name)
                .map_err(|error| crate::auth_args::unknown_scheme(&error))?
                .about,
            palette,
        ),
    };
    output::print(&text)?;
    Ok(Exit::Ok)
}

fn table(palette: Palette) -> String {
    let header = ["-A", "-a", "SECRET", "WHAT IT DOES"].map(str::to_owned);
    let mut rows = vec![header];
    rows.extend(schemes::descriptors().map(row));
    rows.push([
        "auto".to_owned(),
        "user:password".to_owned(),
        "as offered".to_owned(),
        "Asks first, and takes the strongest scheme that the server offers.".to_owned(),
    ]);
    let mut out = output::table::table(&rows, palette);
    out += "\ngatepass schemes NAME explains one of them.\n";
    out
}

fn row(scheme: &Descriptor) -> [String; 4] {
    let mut name = scheme.id.to_owned();
    for parameter in scheme.parameters {
        name += &format!("[:{}]", parameter.to_uppercase());
    }
    for alias in scheme.aliases {
        name += &format!(", {}", alias.name);
    }
    let form = match scheme.form {
        Form::UserPassword => "user:password".to_owned(),
        Form::Single(field) => field.to_owned(),
        _ => "name=value …".to_owned(),
    };
    let protects = if scheme.reveals_secret {
        "is sent"
    } else {
        "stays"
    };
    [name, form, protects.to_owned(), scheme.summary.to_owned()]
}

fn page(scheme: &'static Descriptor, palette: Palette) -> String {
    let mut out = format!(
        "{}\n\n",
        palette.strong(&format!("{} ({})", scheme.title, scheme.reference))
    );
    for line in scheme.manual().trim_end().lines() {
        match line.strip_prefix("# ") {
            Some(title) => out += &palette.heading(title),
            None if line.starts_with("```") => continue,
            None => out += line,
        }
        out.push('\n');
    }
    out += &format!("\n{}\n\n", palette.heading("Fields"));
    let width = scheme
        .fields
        .iter()
        .map(|field| field.name.len())
        .max()
        .unwrap_or(0);
    for field in scheme.fields {
        out += &format!(
            "  {}  {}\n",
            palette.name(&format!("{:width$}", field.name)),
            about(field)
        );
    }
    for alias in scheme.aliases {
        let sets: Vec<String> = alias
            .sets
            .iter()
            .map(|(field, value)| format!("{field}={value}"))
            .collect();
        out += &format!(
            "\n  -A {} is -A {} with {}.\n",
            alias.name,
            scheme.id,
            sets.join(", ")
        );
    }
    out += &format!(
        "\n{}\n\n  {}\n",
        palette.heading("Try it, without any network"),
        example(scheme)
    );
    out
}

fn about(field: &Field) -> String {
    let mut text = field.help.to_owned();
    if !field.choices.is_empty() {
        text += &format!(": {}", field.choices.join(", "));
    }
    match field.default {
        Some(default) => text += &format!(" ({default} unless given)"),
        None if !field.required => text += " (optional)",
        None => {}
    }
    text
}

/// Returns a command that is answered by the built-in server.
pub(crate) fn example(scheme: &Descriptor) -> String {
    let value = |name: &str| {
        scheme
            .example
            .iter()
            .find(|(field, _)| *field == name)
            .map(|(_, value)| *value)
    };
    let mut words = vec![format!("gatepass /auth/{} -A {}", scheme.id, scheme.id)];
    let mut given: Vec<&str> = Vec::new();
    match (scheme.form, value("username"), value("password")) {
        (Form::UserPassword, Some(user), Some(password)) => {
            words.push(format!("-a {}", quoted(&format!("{user}:{password}"))));
            given = vec!["username", "password"];
        }
        (Form::Single(field), ..) => {
            words.extend(value(field).map(|value| format!("-a {}", quoted(value))));
            given.push(field);
        }
        _ => {}
    }
    let rest = scheme
        .example
        .iter()
        .filter(|(name, _)| !given.contains(name));
    words.extend(rest.map(|(name, value)| format!("-a {}", quoted(&format!("{name}={value}")))));
    words.join(" ")
}

/// Puts quotes around a word that a shell would not take as it is.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:=/@+,".contains(&byte);
    if word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
