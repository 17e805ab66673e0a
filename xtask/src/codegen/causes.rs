//! The chapter on troubleshooting: every cause of a refusal that is known, each with an anchor.

use gatepass_why::{Cause, services};

const NOTE: &str =
    "<!-- Made by `cargo xtask codegen`. Edit crates/gatepass-why/src/cause.rs. -->\n";

const HEAD: &str = "
# Why a request was refused

Under a refused answer stand at most three lines: the cause, the evidence, and what to do. `gatepass why` says all: every finding
with its evidence, how sure it is, whose turn it is, and what was ruled out. It takes a request, or what another program recorded:

```sh
gatepass why https://api.example/user -A bearer -a env:TOKEN
curl -v https://api.example/user 2>&1 | gatepass why -
gatepass why recorded.har
gatepass why --list
```

`--probe` asks further, always without a credential, and says before what it sends. `--json` is for programs: the identifiers below
do not change.

A fact is told as a fact: *the token expired 2 hours ago*. What servers that answer so usually mean is told as that. Nothing is
claimed without evidence, and what is quoted from the server stands in quotation marks, without secrets.
";

/// Returns the chapter.
pub(super) fn page() -> String {
    let mut page = format!("{NOTE}{HEAD}\n## Causes\n\n");
    for cause in Cause::ALL {
        page += &format!("- [{}](#{}): {}\n", cause.id(), cause.id(), cause.title());
    }
    for cause in Cause::ALL {
        page += &format!(
            "\n<a id=\"{}\"></a>\n\n### {}\n\n`{}`: {}\n\n{}\n\nThe next turn is {}.\n",
            cause.id(),
            cause.title(),
            cause.id(),
            cause.meaning(),
            cause.way_out(),
            cause.turn(),
        );
    }
    let mut names: Vec<&str> = services().collect();
    names.sort_unstable_by_key(|name| name.to_ascii_lowercase());
    page += &format!(
        "\n## Services\n\nThe answers of these are known by their own codes and words: {}.\n",
        names.join(", ")
    );
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_its_anchor() {
        let page = page();
        for cause in Cause::ALL {
            assert!(page.contains(&format!("<a id=\"{}\"></a>", cause.id())));
        }
    }
}
