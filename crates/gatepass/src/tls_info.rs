//! What two sides agreed on before the first request: version, cipher, and who each of them is.

use std::fmt;

use gatepass_auth::Timestamp;

use crate::certificate::Certificate;
use crate::moment::Moment;

/// The facts of a TLS connection.
///
/// `Display` has one fact on each line, without a line break at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsInfo {
    /// The version as people write it: `TLS 1.3`.
    pub version: String,
    /// The cipher suite, by IANA's name.
    pub cipher: String,
    /// The group of the key exchange: `X25519`. Empty where it is not known.
    pub group: String,
    /// The protocol that was agreed on for what is inside (RFC 7301): `http/1.1`.
    pub alpn: Option<String>,
    /// The name that the certificate was asked for.
    pub server_name: String,
    /// Whether the certificate was verified, or let pass unseen.
    pub verified: bool,
    /// The certificates that the server sent, its own first.
    pub chain: Vec<Certificate>,
    /// Whether an earlier connection was taken up again, and the certificate not shown anew (RFC 8446 section 2.2).
    pub resumed: bool,
    /// What became of the client's certificate.
    pub client: ClientCertificate,
    /// When the handshake was done, in seconds since 1970.
    pub at: Timestamp,
}

/// What became of the client's certificate in a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClientCertificate {
    /// The server did not ask for one.
    NotAsked,
    /// The server asked, and none was sent.
    NotSent {
        /// Whose signature the certificate needs, where the server says so.
        authorities: Vec<String>,
    },
    /// It was sent.
    Sent {
        /// The certificate.
        certificate: Certificate,
        /// Whose signature the certificate needs, where the server says so.
        authorities: Vec<String>,
    },
}

impl TlsInfo {
    /// Returns the server's own certificate.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.chain.first()
    }

    /// Returns the facts as they are shown, one on each line.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.agreed()];
        for (at, certificate) in self.chain.iter().enumerate() {
            let what = if at == 0 {
                "certificate of"
            } else {
                "vouched for by"
            };
            lines.push(format!(
                "{what} {}, {}",
                certificate.whom(),
                self.validity(certificate)
            ));
        }
        if let Some(certificate) = self.chain.last() {
            lines.push(format!("issued by {}", certificate.issuer));
        }
        if let Some(pin) = self.certificate().and_then(|it| it.pin) {
            lines.push(format!("pin of the server's key: {pin}"));
        }
        lines.extend(self.client_line());
        lines
    }

    /// Says what became of the client's certificate, if it was asked for.
    pub(crate) fn client_line(&self) -> Option<String> {
        let (authorities, outcome) = match &self.client {
            ClientCertificate::NotAsked => return None,
            ClientCertificate::NotSent { authorities } => (authorities, "none sent".to_owned()),
            ClientCertificate::Sent {
                certificate,
                authorities,
            } => {
                let (whom, validity) = (certificate.whom(), self.validity(certificate));
                (authorities, format!("sent that of {whom}, {validity}"))
            }
        };
        let from = match authorities.as_slice() {
            [] => String::new(),
            few if few.len() <= MANY => format!(" (from: {})", few.join("; ")),
            many => {
                let (first, rest) = many.split_at(MANY);
                format!(" (from: {} and {} others)", first.join("; "), rest.len())
            }
        };
        Some(format!("client certificate: asked for{from}, {outcome}"))
    }

    fn agreed(&self) -> String {
        let mut line = format!("{}, {}", self.version, self.cipher);
        if !self.group.is_empty() {
            line += &format!(", {}", self.group);
        }
        match &self.alpn {
            Some(protocol) => line += &format!(", ALPN {protocol}"),
            None => line += ", no ALPN",
        }
        if self.resumed {
            line += ", resumed";
        }
        line + &match self.verified {
            true => format!("; verified for {}", self.server_name),
            false => "; NOT verified".to_owned(),
        }
    }

    fn validity(&self, certificate: &Certificate) -> String {
        let until = Moment(certificate.not_after);
        match certificate.days_left(self.at) {
            left if left < 0 => format!("expired on {until}"),
            1 => format!("valid until {until} (1 day left)"),
            left => format!("valid until {until} ({left} days left)"),
        }
    }
}

/// How many authorities are named that a server wants a signature of; some send all that a system knows.
const MANY: usize = 8;

impl fmt::Display for TlsInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("\n"))
    }
}
