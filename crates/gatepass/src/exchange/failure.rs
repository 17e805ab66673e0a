//! What is done when no connection was made, or one broke before it gave an answer.

use super::{Action, Exchange, Party};
use crate::error::Error;
use crate::retry::is_idempotent;

impl Exchange {
    /// No connection was made.
    pub(super) fn unopened(&mut self, error: Error) -> Result<Action, Error> {
        let request = (&*self.given.method, &self.given.headers);
        let again = self
            .retrying
            .after_error(&error, false, request, &*self.plan.env);
        again.map(Action::Wait).ok_or(error)
    }

    /// The connection broke before the head of a response came.
    ///
    /// One that had been idle may be dead without a sign. Then a fresh one gets the request, once, if it may be repeated.
    pub(super) fn lost(
        &mut self,
        error: Error,
        unsent: bool,
        refused: bool,
        heard: bool,
    ) -> Result<Action, Error> {
        let once = self.once_sent;
        let in_handshake = [self.party(Party::Origin), self.party(Party::Proxy)]
            .into_iter()
            .flatten()
            .find(|it| it.is_in_handshake());
        if let Some(conversation) = in_handshake {
            return Err(conversation.connection_lost());
        }
        let idempotent = is_idempotent(&self.given.method, &self.given.headers);
        let untouched = unsent || (refused && !once);
        let repeatable = untouched || self.at_proxy || (idempotent && !once);
        let expected = self.reused || refused;
        if expected && !self.refreshed && !heard && repeatable && error.is_lost() {
            if once {
                self.once_sent = false;
            }
            self.refreshed = true;
            self.transcript.legs.pop();
            for party in [Party::Origin, Party::Proxy] {
                if let Some(conversation) = self.party_mut(party) {
                    conversation.forget_attempt();
                }
            }
            return Ok(self.open(true));
        }
        if let Some(leg) = self.transcript.legs.last_mut() {
            leg.failure = Some(error.to_string());
        }
        if once && !unsent {
            return Err(error);
        }
        self.once_sent &= !unsent;
        let request = (&*self.given.method, &self.given.headers);
        let sent = !unsent && !self.at_proxy;
        let again = self
            .retrying
            .after_error(&error, sent, request, &*self.plan.env);
        again.map(Action::Wait).ok_or(error)
    }

    /// Tries the whole request again, after a wait.
    pub(super) fn start_over(&mut self) -> Result<Action, Error> {
        for party in [Party::Origin, Party::Proxy] {
            if let Some(conversation) = self.party_mut(party) {
                conversation.start_over();
            }
        }
        self.refreshed = false;
        Ok(self.open(false))
    }
}
