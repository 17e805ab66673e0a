//! Options of curl and HTTPie that people type from memory and that do not exist here, and what to type instead.

/// The options in alphabetical order, each with an instruction.
const HABITS: &[(&str, &str)] = &[
    (
        "--anyauth",
        "-A auto asks first and takes the strongest scheme that the server offers",
    ),
    ("--aws-sigv4", "AWS signatures are not supported yet"),
    ("--basic", "write -A basic"),
    ("--bearer", "write -A bearer"),
    (
        "--compressed",
        "leave it out: compression is asked for and undone anyway; --decode=no does not",
    ),
    ("--data-binary", "write -d DATA, or -d @FILE"),
    ("--data-raw", "write -d DATA, or --raw DATA"),
    ("--data-urlencode", "write name=value, together with --form"),
    ("--digest", "write -A digest"),
    ("--fail", "write --check-status"),
    ("--fail-with-body", "write --check-status"),
    ("--get", "write name==value for each parameter of the query"),
    ("--head", "write HEAD before the URL"),
    ("--http1.1", "write --http-version 1.1"),
    ("--http2", "write --http-version 2"),
    ("--http2-prior-knowledge", "write --http-version 2"),
    (
        "--https",
        "write --default-scheme=https, or https:// before the URL",
    ),
    ("--max-redirs", "write --max-redirects NUMBER"),
    ("--negotiate", "Negotiate is not supported yet"),
    (
        "--netrc-optional",
        "leave it out: ~/.netrc is looked into where there is one",
    ),
    (
        "--no-progress-meter",
        "write --no-progress, which only --download knows",
    ),
    ("--no-verify", "write --verify=no"),
    ("--ntlm", "NTLM is not supported yet"),
    (
        "--oauth2-bearer",
        "write -A bearer -a env:NAME, with the token in that environment variable",
    ),
    (
        "--proxy-anyauth",
        "leave it out: whatever the proxy asks for is answered",
    ),
    ("--proxy-basic", "write --proxy-auth-type basic"),
    ("--proxy-digest", "write --proxy-auth-type digest"),
    ("--referer", "write Referer:URL behind the URL"),
    (
        "--remote-header-name",
        "leave it out: --download takes the name that the server gives",
    ),
    ("--remote-name", "write --download"),
    ("--show-error", "leave it out: errors are always shown"),
    (
        "--silent",
        "leave it out: only --download has a progress meter, without --no-progress; -q hides everything but errors",
    ),
    (
        "--style",
        "write --pretty=all, --pretty=colors or --pretty=none",
    ),
    ("--url", "write the URL alone"),
    ("--user-agent", "write User-Agent:NAME behind the URL"),
    ("-G", "write name==value for each parameter of the query"),
    (
        "-J",
        "leave it out: --download takes the name that the server gives",
    ),
    ("-O", "write --download, or --download -o FILE"),
    ("-e", "write Referer:URL behind the URL"),
    ("-h", "write --help"),
    (
        "-m",
        "write --max-time SECONDS, which is curl's -m, or --meta, which is HTTPie's",
    ),
    (
        "-s",
        "leave it out: only --download has a progress meter (curl's -s), and there is one style (HTTPie's); -q hides everything but errors",
    ),
];

/// Returns what to do instead of writing `option`, as a sentence without its capital and its full stop.
pub(crate) fn instead_of(option: &str) -> Option<&'static str> {
    HABITS
        .iter()
        .find(|(known, _)| *known == option)
        .map(|(_, instead)| *instead)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::HABITS;
    use crate::Cli;

    #[test]
    fn none_of_them_exists_and_all_are_in_order() {
        assert!(HABITS.is_sorted());
        let command = Cli::command();
        for argument in command.get_arguments() {
            let long = argument.get_long_and_visible_aliases().unwrap_or_default();
            for name in long {
                let name = format!("--{name}");
                assert!(
                    !HABITS.iter().any(|(habit, _)| *habit == name),
                    "{name} exists"
                );
            }
        }
    }
}
