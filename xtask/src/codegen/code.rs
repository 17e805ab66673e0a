//! The tables of generated code, from what each target says that it supports.

use std::collections::BTreeMap;

use gatepass_snippet::{ALL, Need, Recipe, Support, Target, matrix};

const NOTE: &str =
    "<!-- Made by `cargo xtask codegen` from what each target says that it supports. -->\n";

const INTRODUCTION: &str = "\
# Generated code

`gatepass code TARGET [METHOD] URL [ITEM]...` writes a request as code; `gatepass code --list` prints the table below. Secrets are read
from the environment unless `--secrets literal` puts them into the code or `--secrets prompt` makes the code ask.

Every sign but a refusal is proven: `cargo xtask snippets` generates the code, compiles it, runs it against the built-in
server with right and wrong secrets, and looks at what arrived.
";

/// Returns the page.
pub(super) fn page() -> String {
    let mut page = format!("{NOTE}\n{INTRODUCTION}\n");
    for (sign, meaning) in matrix::LEGEND {
        page += &format!("- {sign} {meaning}\n");
    }
    for (title, needs) in GROUPS {
        page += &format!("\n## {title}\n\n{}", table(needs));
    }
    page += "\n## The oldest version that the code is for\n\n| target | version |\n|---|---|\n";
    for target in ALL {
        if let Some(minimum) = target.info().minimum {
            page += &format!("| `{}` | {minimum} |\n", target.info().id);
        }
    }
    page += "\n## What is refused, and why\n\n";
    for (target, cells) in matrix::rows() {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (need, support) in Need::ALL.iter().zip(cells) {
            if let Support::No(reason) = support {
                reasons.entry(reason).or_default().push(need.title());
            }
        }
        for (reason, needs) in reasons {
            page += &format!(
                "- `{}`, {}: {reason}.\n",
                target.info().id,
                needs.join(", ")
            );
        }
    }
    let missing: Vec<_> = ALL
        .iter()
        .filter_map(|target| not_executed(*target))
        .collect();
    if !missing.is_empty() {
        page += "\n## Not executed\n\n";
        for line in missing {
            page += &line;
        }
    }
    page
}

fn not_executed(target: &dyn Target) -> Option<String> {
    match target.info().recipe {
        Recipe::NotExecuted(reason) => Some(format!("- `{}`: {reason}.\n", target.info().id)),
        _ => None,
    }
}

const GROUPS: &[(&str, &[Need])] = &[
    (
        "Authentication",
        &[
            Need::Basic,
            Need::BasicUtf8,
            Need::Bearer,
            Need::Token,
            Need::KeyInHeader,
            Need::KeyInQuery,
            Need::KeyInCookie,
            Need::OwnHeader,
            Need::DigestMd5,
            Need::DigestSha256,
            Need::OAuth1,
        ],
    ),
    (
        "The way there",
        &[
            Need::Proxy,
            Need::ClientCertificate,
            Need::CaFile,
            Need::Unverified,
            Need::Follow,
            Need::Stay,
            Need::Timeout,
        ],
    ),
    (
        "Method and body",
        &[
            Need::AnyMethod,
            Need::Json,
            Need::Form,
            Need::Multipart,
            Need::File,
            Need::Raw,
        ],
    ),
];

fn table(needs: &[Need]) -> String {
    let titles: Vec<&str> = needs.iter().map(|need| need.title()).collect();
    let mut table = format!(
        "| target | {} |\n|---|{}\n",
        titles.join(" | "),
        ":-:|".repeat(needs.len())
    );
    for target in ALL {
        let signs: Vec<&str> = needs
            .iter()
            .map(|need| matrix::sign(target.supports(*need)))
            .collect();
        table += &format!("| `{}` | {} |\n", target.info().id, signs.join(" | "));
    }
    table
}

/// Returns the table of the README: the targets by family.
pub(super) fn summary() -> String {
    let mut families: Vec<(&str, Vec<String>)> = Vec::new();
    for target in ALL {
        let info = target.info();
        let mark = if matrix::is_executed(*target) {
            ""
        } else {
            " (not executed)"
        };
        let name = format!("`{}`{mark}", info.id);
        match families
            .iter_mut()
            .find(|(family, _)| *family == info.family)
        {
            Some((_, names)) => names.push(name),
            None => families.push((info.family, vec![name])),
        }
    }
    let mut table = "| language | `gatepass code …` |\n|---|---|\n".to_owned();
    for (family, names) in families {
        table += &format!("| {family} | {} |\n", names.join(" "));
    }
    table
}
