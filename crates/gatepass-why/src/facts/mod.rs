//! The facts of an exchange, gathered once: what was asked, what was sent, what the server said. Rules read nothing else.

pub(crate) mod clock;
pub(crate) mod jwt;
pub(crate) mod markup;
pub(crate) mod pairs;
pub(crate) mod prefix;
pub(crate) mod said;
pub(crate) mod sent;
pub(crate) mod summary;
pub(crate) mod veil;
pub(crate) mod words;

use gatepass_auth::{Challenge, Incoming, Role, Space};

use crate::record::{Answer, Exchange, Leg, Recorded};
use jwt::Jwt;
use said::{Body, Said};
use sent::{Kind, Place, Sent};
use veil::Veil;

/// What is known of an exchange.
pub(crate) struct Facts<'a> {
    pub(crate) exchange: &'a Exchange,
    pub(crate) leg: &'a Leg,
    pub(crate) answer: &'a Answer,
    pub(crate) status: u16,
    pub(crate) challenges: Vec<Challenge>,
    /// What was sent to whoever refused, that in the field for it first.
    pub(crate) sent: Vec<Sent>,
    pub(crate) body: Body,
    /// What the head says.
    pub(crate) head: Vec<Said>,
    pub(crate) veil: Veil,
    /// Who refused: the origin or a proxy.
    pub(crate) role: Role,
    /// The server's clock.
    pub(crate) server_now: Option<i64>,
}

/// How many challenges are looked at.
const MOST_CHALLENGES: usize = 32;

impl<'a> Facts<'a> {
    pub(crate) fn gather(exchange: &'a Exchange) -> Option<Self> {
        let (leg, answer) = exchange.last()?;
        let role = match (answer.status, leg.method.as_str()) {
            (407, _) => Role::Proxy,
            _ => leg.space.role(),
        };
        let space = match role {
            Role::Proxy => Space::proxy("http", "", 0),
            Role::Origin => leg.space.clone(),
        };
        let mut challenges = Incoming::challenges_in(&space, &answer.headers);
        challenges.truncate(MOST_CHALLENGES);
        let head = said::head(answer, &challenges);
        let field = answer.headers.get_str("Date");
        Some(Self {
            exchange,
            leg,
            answer,
            status: answer.status,
            sent: sent::of(leg, space.credentials_header()),
            body: said::body(answer),
            head,
            veil: Veil::of(exchange),
            role,
            server_now: field.and_then(clock::of_field),
            challenges,
        })
    }

    /// Returns everything that the server says, the body first.
    pub(crate) fn said(&self) -> impl Iterator<Item = &Said> {
        self.body.said.iter().chain(&self.head)
    }

    /// Returns what was sent, without cookies of a session.
    pub(crate) fn credential(&self) -> Option<&Sent> {
        self.sent.iter().find(|sent| sent.kind != Kind::Cookie)
    }

    /// Returns what stands in the field for credentials.
    pub(crate) fn authorization(&self) -> Option<&Sent> {
        self.sent
            .iter()
            .find(|sent| matches!(sent.place, Place::Authorization(_)))
    }

    /// Returns the JSON Web Token that was sent.
    pub(crate) fn jwt(&self) -> Option<(&Sent, &Jwt)> {
        self.sent
            .iter()
            .find_map(|sent| Some((sent, sent.jwt.as_ref()?)))
    }

    /// Says whether nothing was sent that says who asks.
    pub(crate) fn sent_nothing(&self) -> bool {
        self.sent.is_empty()
    }

    /// Returns the parameter of a challenge, and the challenge.
    pub(crate) fn param(&self, name: &str) -> Option<(&Challenge, String)> {
        self.challenges.iter().find_map(|challenge| {
            let value = challenge.params.text(name)?;
            Some((challenge, value.into_owned()))
        })
    }

    /// Returns a header field of the answer as text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = self.answer.headers.get(name)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// Returns the best clock there is: the server's, then this machine's.
    pub(crate) fn now(&self) -> Option<(i64, &'static str)> {
        let server = self.server_now.map(|now| (now, "the server's clock"));
        server.or_else(|| Some((self.exchange.now?, "this machine's clock")))
    }

    /// Says whether whoever recorded the exchange knows where its credential came from.
    pub(crate) fn is_ours(&self) -> bool {
        self.exchange.recorded == Recorded::Here
    }

    /// Returns text of the exchange as it may be shown.
    pub(crate) fn quote(&self, text: &str) -> String {
        self.veil.quote(text)
    }

    /// Returns the words of the schemes that are offered, each once: `Digest or Basic`. What is no known word is not shown.
    pub(crate) fn offered(&self) -> String {
        let mut words: Vec<String> = Vec::new();
        for challenge in &self.challenges {
            let word = self.word(&challenge.scheme);
            if !words.iter().any(|known| known.eq_ignore_ascii_case(&word)) {
                words.push(word);
            }
        }
        words.truncate(8);
        words.join(" or ")
    }

    /// Returns the word of a challenge as it may be shown.
    pub(crate) fn word(&self, scheme: &str) -> String {
        self.veil.quote_up_to(scheme, 40)
    }

    /// Says who refused, at the beginning of a sentence.
    pub(crate) fn who(&self) -> &'static str {
        match self.role {
            Role::Origin => "The server",
            Role::Proxy => "The proxy",
        }
    }

    /// Says whether this answer is a refusal by its status alone.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(
            self.status,
            401 | 402 | 403 | 407 | 419 | 421 | 440 | 495 | 496 | 498 | 499
        )
    }

    /// Says whether this answer may refuse in words: a status of failure.
    pub(crate) fn is_failure(&self) -> bool {
        self.status >= 400
    }
}
