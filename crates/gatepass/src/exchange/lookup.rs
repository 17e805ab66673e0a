//! Which credential a hop gets: the one that was given, else what a provider, the URL or a netrc file knows of its origin.

use std::sync::Arc;

use super::{Action, Bound, Exchange, Find};
use crate::credentials::Found;
use crate::error::Error;
use crate::redirect::Reach;
use crate::transcript::PassedOver;
use crate::wire;

impl Exchange {
    /// Begins with what was given for this origin, else asks the provider.
    pub(super) fn look_up(&mut self) -> Result<Action, Error> {
        let space = &self.space;
        let given = self.plan.given_for(space);
        if given.is_some() {
            return self.converse(given);
        }
        match &self.plan.provider {
            Some(provider) if !self.is_explicit() => Ok(Action::Find(Find {
                provider: Arc::clone(provider),
                space: space.clone(),
            })),
            _ => self.found(None),
        }
    }

    /// Says whether the caller wrote the credentials' header field of this hop by hand.
    pub(super) fn is_explicit(&self) -> bool {
        let here = !matches!(self.reach, Reach::Elsewhere { .. });
        here && self.given.headers.contains(self.space.credentials_header())
    }

    /// Goes on with what was found for this origin, else with what stands in the URL, else with what may go along from home.
    pub(super) fn found(&mut self, found: Option<Found>) -> Result<Action, Error> {
        if let Some(found) = found {
            return self.converse(Some(self.here(found)));
        }
        let in_url = self.plan.in_url_for(&self.space);
        // A user name alone asks for the password that a file may know.
        let is_complete = in_url.is_some() && self.plan.user.is_none();
        let of_home = match self.reach {
            Reach::Elsewhere { .. } => None,
            // Each host has an entry of its own.
            Reach::Trusted if self.is_known_at_home => None,
            Reach::Home | Reach::Trusted => self.at_home.clone(),
        };
        let known = if is_complete || of_home.is_some() {
            None
        } else {
            self.in_netrc()
        };
        if self.space == self.home {
            self.is_known_at_home = known.is_some();
        }
        let in_url_alone = in_url.clone().filter(|_| is_complete);
        self.converse(in_url_alone.or(of_home).or(known).or(in_url))
    }

    /// Binds what was found to this hop's origin.
    fn here(&self, found: Found) -> Bound {
        Bound {
            space: self.space.clone(),
            scheme: found.scheme,
            source: found.from.into(),
        }
    }

    /// Returns what the netrc file has for this hop. What nobody asked for by name gives way to everything, and is no
    /// reason to refuse a request.
    fn in_netrc(&mut self) -> Option<Bound> {
        let netrc = self.plan.netrc.as_ref()?;
        let (space, is_home) = (&self.space, self.reach == Reach::Home);
        let user = self.plan.user.as_deref().filter(|_| is_home);
        let allowed = space.is_private() || self.plan.allow_plain_http;
        let (source, found) = netrc.credential(space, user, is_home, self.plan.allow_plain_http)?;
        let goes_along = !matches!(self.reach, Reach::Elsewhere { .. });
        let mut own = self.given.headers.iter().filter(|_| goes_along);
        let own = own.find(|header| wire::is_own_credential(header));
        let asks_first = netrc.leaves_choice() && !allowed;
        let why = match (own, found) {
            (Some(header), _) => format!("the request has its own {} header", header.name()),
            (None, Err(problem)) => problem,
            (None, Ok(found)) if found.scheme.reveals_secret() && !allowed => {
                "everybody on the way can read what goes over plain HTTP".to_owned()
            }
            (None, Ok(_)) if asks_first && !self.given.body.is_replayable() => {
                "over plain HTTP the server is asked first, and the body can be sent only once"
                    .to_owned()
            }
            (None, Ok(found)) => return Some(self.here(found)),
        };
        self.passed_over = Some(PassedOver { source, why });
        None
    }
}
