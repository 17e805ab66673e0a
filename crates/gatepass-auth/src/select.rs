//! The ladder: the strongest scheme that is offered and can be performed, then the next.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::challenge::Challenge;
use crate::descriptor::Descriptor;
use crate::error::{AuthError, Misuse};
use crate::exchange_view::{Incoming, Outgoing};
use crate::scheme::{Flow, Needs, Principal, Scheme};
use crate::space::Space;
use crate::step::{Reply, Step};
use crate::values::Form;

/// Describes the ladder. It is in no list: it has no credentials of its own.
static DESCRIPTOR: Descriptor = Descriptor {
    id: "auto",
    word: None,
    title: "Strongest offered",
    summary: "Asks first, and takes the strongest scheme that is offered and can be performed, then the next.",
    reference: "RFC 9110, section 11.6.1",
    strength: 0,
    reveals_secret: false,
    fields: &[],
    form: Form::UserPassword,
    parameters: &[],
    aliases: &[],
    example: &[],
    source: include_str!("select.rs"),
    ..Descriptor::BLANK
};

/// Several schemes, of which the strongest that a party offers and that can be performed is taken, then the next.
///
/// What worked with a party is remembered, so that the next request to it carries credentials at once.
///
/// Over plain HTTP off this machine, schemes that reveal their secret are passed over, so that whoever takes the place
/// of a server cannot ask for one; see [`AnyOf::with_plain_http`].
///
/// ```
/// use std::sync::Arc;
/// use gatepass_auth::{AnyOf, Basic, Bearer, Scheme};
///
/// let ladder = AnyOf::new([
///     Arc::new(Bearer::new("mF_9.B5f-4.1JqM")?) as Arc<dyn Scheme>,
///     Arc::new(Basic::new("alice", "s3cret")?),
/// ]);
/// # Ok::<(), gatepass_auth::AuthError>(())
/// ```
pub struct AnyOf {
    schemes: Vec<Arc<dyn Scheme>>,
    first: Option<usize>,
    plain_http: bool,
    chosen: Mutex<HashMap<Space, usize>>,
}

impl AnyOf {
    /// Asks first, and chooses among `schemes`.
    pub fn new(schemes: impl IntoIterator<Item = Arc<dyn Scheme>>) -> Self {
        Self {
            schemes: schemes.into_iter().collect(),
            first: None,
            plain_http: false,
            chosen: Mutex::default(),
        }
    }

    /// Sends the scheme at `index` at once to a party that is not known yet, as curl and HTTPie do with Basic.
    #[must_use]
    pub fn with_first(mut self, index: usize) -> Self {
        self.first = (index < self.schemes.len()).then_some(index);
        self
    }

    /// Takes up schemes that reveal their secret over plain HTTP too.
    #[must_use]
    pub fn with_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// Says whether the scheme at `index` may be used with this party.
    fn may_use(&self, index: usize, space: &Space) -> bool {
        self.plain_http || space.is_private() || !self.schemes[index].reveals_secret()
    }

    fn remembered(&self, space: &Space) -> Option<usize> {
        self.chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(space)
            .copied()
    }

    fn remember(&self, space: &Space, index: usize) {
        self.chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(space.clone(), index);
    }

    fn forget(&self, space: &Space) {
        self.chosen
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(space);
    }
}

impl Scheme for AnyOf {
    fn descriptor(&self) -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn reveals_secret(&self) -> bool {
        self.plain_http && self.schemes.iter().any(|scheme| scheme.reveals_secret())
    }

    fn can_answer(&self, challenge: &Challenge) -> bool {
        self.schemes
            .iter()
            .any(|scheme| scheme.can_answer(challenge))
    }

    fn begin(self: Arc<Self>, space: &Space) -> Box<dyn Flow> {
        let start = self
            .remembered(space)
            .or(self.first)
            .filter(|index| self.may_use(*index, space));
        let current = start.map(|index| (index, Arc::clone(&self.schemes[index]).begin(space)));
        Box::new(Climb {
            tried: current.iter().map(|(index, _)| *index).collect(),
            ladder: self,
            space: space.clone(),
            current,
        })
    }
}

/// One conversation of a ladder: which rungs were tried, and the flow of the present one.
struct Climb {
    ladder: Arc<AnyOf>,
    space: Space,
    tried: Vec<usize>,
    current: Option<(usize, Box<dyn Flow>)>,
}

impl Climb {
    /// Returns the strongest scheme that is offered and was not tried, ties in the caller's order.
    fn next(&self, challenges: &[Challenge]) -> Option<usize> {
        let rank = |scheme: &Arc<dyn Scheme>| {
            let fits = challenges
                .iter()
                .filter(|challenge| scheme.can_answer(challenge));
            fits.map(|challenge| scheme.strength(challenge)).max()
        };
        self.ladder
            .schemes
            .iter()
            .enumerate()
            .filter(|(index, _)| {
                !self.tried.contains(index) && self.ladder.may_use(*index, &self.space)
            })
            .filter_map(|(index, scheme)| Some((rank(scheme)?, std::cmp::Reverse(index))))
            .max()
            .map(|(_, std::cmp::Reverse(index))| index)
    }
}

impl Flow for Climb {
    fn needs(&self) -> Needs {
        let current = self.current.as_ref();
        current.map_or_else(Needs::default, |(_, flow)| flow.needs())
    }

    fn principal(&self) -> Option<Principal> {
        self.current.as_ref()?.1.principal()
    }

    fn authorize(&mut self, message: &mut Outgoing<'_>) -> Result<Step, AuthError> {
        match &mut self.current {
            Some((index, flow)) => flow.authorize(message).map(|step| of_rung(*index, step)),
            None if message.body.is_replayable() => Ok(Step::Done),
            None => Err(Misuse::BodyNotReplayable.into()),
        }
    }

    fn inspect(&mut self, message: &Incoming<'_>) -> Result<Step, AuthError> {
        if let Some((index, flow)) = &mut self.current {
            let step = flow.inspect(message)?;
            if !message.is_refusal() && matches!(step, Step::Done | Step::Check(_)) {
                self.ladder.remember(&self.space, *index);
                return Ok(step);
            }
            if !matches!(step, Step::Done) {
                return Ok(of_rung(*index, step));
            }
            self.ladder.forget(&self.space);
        } else if !message.is_refusal() {
            return Ok(Step::Done);
        }
        let Some(index) = self.next(message.challenges) else {
            return Ok(Step::Done);
        };
        self.tried.push(index);
        let mut flow = Arc::clone(&self.ladder.schemes[index]).begin(&self.space);
        let step = flow.inspect(message)?;
        self.current = Some((index, flow));
        Ok(of_rung(index, step))
    }

    fn resume(&mut self, reply: Reply<'_>) -> Result<Step, AuthError> {
        match &mut self.current {
            Some((index, flow)) => flow.resume(reply).map(|step| of_rung(*index, step)),
            None => Ok(Step::Done),
        }
    }
}

/// Keeps the side requests of different rungs apart.
fn of_rung(index: usize, step: Step) -> Step {
    match step {
        Step::Exchange(mut side) => {
            side.key.insert_str(0, &format!("{index}:"));
            Step::Exchange(side)
        }
        step => step,
    }
}
