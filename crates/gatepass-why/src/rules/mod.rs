//! The rules, one per file: each reads the facts, and adds what it finds.

mod basic;
mod bearer;
mod bound_proof;
mod certificate;
mod claims;
mod clock;
mod digest;
mod forbidden;
mod garbled;
mod header_name;
mod issuer;
mod key_challenge;
pub(crate) mod last;
mod limits;
mod login_page;
mod misdirected;
mod no_challenge;
mod not_performed;
mod not_sent;
mod other_scheme;
mod overridden;
mod passed_over;
mod payment;
mod plain_http;
mod proxy;
mod redirected;
mod refused;
mod registry;
mod services;
mod signature_base;
mod signed_url;
mod step_up;
mod token;
mod token_source;
mod two;
mod unfound;
mod value;
mod wants_tls;
mod withheld;
mod word;

use crate::facts::Facts;
use crate::findings::Findings;

/// A rule.
pub(crate) type Rule = fn(&Facts<'_>, &mut Findings);

/// Rules for every answer: they look at the status themselves.
pub(crate) const ANSWERS: &[Rule] = &[
    limits::look,
    login_page::look,
    payment::look,
    token::look,
    bearer::look,
    services::look,
];

/// Rules for statuses of failure, which need the server's word or a flaw that shows.
pub(crate) const FAILURES: &[Rule] = &[
    wants_tls::look,
    certificate::look,
    misdirected::look,
    step_up::look,
    claims::look,
    bound_proof::look,
    registry::look,
    value::look,
    garbled::look,
    basic::look,
    word::look,
    two::look,
    signed_url::look,
    clock::look,
    signature_base::look,
    unfound::look,
];

/// Rules for statuses that refuse.
pub(crate) const REFUSALS: &[Rule] = &[
    proxy::look,
    withheld::look,
    overridden::look,
    passed_over::look,
    redirected::look,
    header_name::look,
    issuer::look,
    key_challenge::look,
    token_source::look,
    digest::look,
    not_performed::look,
    plain_http::look,
    not_sent::look,
    other_scheme::look,
    forbidden::look,
    refused::look,
    no_challenge::look,
];
