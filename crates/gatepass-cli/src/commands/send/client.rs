//! The client that the arguments describe.

use std::sync::Arc;

use gatepass::Client;
use gatepass::config::{Decoding, Pool, Redirects};
use gatepass::credentials::Resolver;

use super::archive::Archive;
use super::args::{Decode, SendArgs};
use super::credentials::{self, Credentials};
use super::pinned::Pinned;
use super::show;
use crate::error::{Failure, of_client};
use crate::output;
use crate::prompt::Terminal;

/// Makes the client that the arguments describe; `at_home` says that the built-in server answers.
pub(super) fn client(
    args: &SendArgs,
    at_home: bool,
    credentials: Credentials,
    archive: Option<&Archive>,
) -> Result<Client, Failure> {
    // The limit is there either way: a request in another form may want to be followed.
    let mut redirects = Redirects::limit(args.max_redirects);
    redirects.follow = args.follow;
    let redirects = args
        .trust_redirect
        .iter()
        .try_fold(redirects, |redirects, place| redirects.trusting(place))
        .map_err(|error| of_client(&error))?;
    let mut builder = Client::builder()
        .prompter(Arc::new(Terminal))
        .tls(
            args.tls
                .settings(&resolver_for(args, "the client certificate"))?,
        )
        .redirects(redirects)
        .decoding(match args.decode {
            Decode::Limited => Decoding::new(),
            Decode::Unlimited => Decoding::new().unlimited(),
            Decode::No => Decoding::none(),
        })
        .pool(Pool::new())
        .allow_plain_http(args.allow_plain_http);
    if args.at.is_some() || args.nonce.is_some() {
        builder = builder.env(Arc::new(Pinned {
            at: args.at,
            nonce: args.nonce.clone(),
        }));
    }
    if let Some(archive) = archive {
        builder = builder.observer(archive.recorder());
    }
    if args.verbose > 0 && !args.quiet {
        let aside = show::aside(args);
        builder = builder.observer(move |leg: &gatepass::Leg| {
            output::tell(&format!("{}\n", aside.leg(leg)));
        });
    }
    let resolver = resolver_for(args, "the proxy");
    let builder = args.network.apply(builder, at_home, &args.tls, &resolver)?;
    let builder = credentials.into_client(builder);
    builder.build().map_err(|error| of_client(&error))
}

/// Returns what resolves a credential for `whom`.
pub(super) fn resolver_for(args: &SendArgs, whom: &str) -> Resolver {
    credentials::resolver(args).for_whom(whom)
}
