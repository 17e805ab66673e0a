//! The causes of a refusal that are known: one list, from which the identifiers, `gatepass why --list` and the chapter on
//! troubleshooting are made.

use std::fmt;

use crate::turn::Turn;

macro_rules! causes {
    ($($variant:ident $id:literal $turn:ident $title:literal $meaning:literal $way_out:literal)*) => {
        /// Why a request was refused. The identifiers are stable; new causes may come.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Cause {
            $(#[doc = $title] $variant,)*
        }

        impl Cause {
            /// Every cause, sorted by topic.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the stable identifier: `token-expired`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// Returns what it is, in a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }

            /// Returns what it means, in a sentence or two.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// Returns the way out, as a sentence.
            pub const fn way_out(self) -> &'static str {
                match self { $(Self::$variant => $way_out,)* }
            }

            /// Returns whose turn it is as a rule; a finding may know better.
            pub const fn turn(self) -> Turn {
                match self { $(Self::$variant => Turn::$turn,)* }
            }
        }
    };
}

causes! {
    CredentialMissing "credential-missing" You
        "No credential was sent"
        "The server wants to know who asks, and nothing in the request says so."
        "Give the credential that the server asks for."
    CredentialEmpty "credential-empty" You
        "The credential is empty"
        "The field is there and nothing stands in it: usually a variable of the environment was not set, or a file was empty."
        "Set the variable, and look at it before sending: `test -n \"$TOKEN\"`."
    Placeholder "placeholder" You
        "A placeholder was sent in place of the credential"
        "What was sent is the name of the value: `$TOKEN` in single quotes, `{{token}}`, `YOUR_API_KEY`, `undefined`."
        "Put the value in its place; in a shell, variables are replaced in double quotes only."
    CredentialGarbled "credential-garbled" You
        "The credential has characters that do not belong to it"
        "White space, a line break, an ellipsis or another character came in when it was copied."
        "Copy it again, whole and alone."
    Quoted "quoted" You
        "Quotation marks were sent as part of the credential"
        "The marks that a file or a shell needs around a value went out with it."
        "Leave the quotation marks out."
    WordDoubled "word-doubled" You
        "The scheme's word stands twice"
        "The value already begins with the word (`Bearer`, `Basic`, `Token`), and it was put in front once more."
        "Give the value without the word."
    WordMissing "word-missing" You
        "The scheme's word is missing before the credential"
        "`Authorization` takes a word and then the value (RFC 9110 section 11.4); the value stands there alone."
        "Put the word in front that the server names, `Bearer` as a rule."
    WordWrong "word-wrong" You
        "The credential was sent after another word than the server reads"
        "Services read the same kind of token after different words: `Bearer`, `Token`, `ApiKey`, `SSWS`, `GenieKey`."
        "Send it after the word that the service names."
    EncodedTwice "encoded-twice" You
        "The credential was encoded twice"
        "What was decoded from Base64 is Base64 again: the user and the password were encoded by hand, and then once more by the client."
        "Give the plain user and password; the client encodes them."
    BasicMalformed "basic-malformed" You
        "What follows Basic is not a user and a password in Base64"
        "RFC 7617 wants `user:password`, encoded in Base64; the server cannot read what was sent."
        "Give the plain user and password; the client joins and encodes them."
    UserCharset "user-charset" You
        "User or password may be read in another character set"
        "They have characters beyond ASCII. Unless the server says `charset=\"UTF-8\"` (RFC 7617 section 2.1), it may read them as ISO-8859-1."
        "Ask for an account in plain ASCII, or have the server changed to UTF-8."
    PlaceWrong "place-wrong" You
        "The credential stands where the server does not look"
        "A header of another name, a parameter in place of a header, or the other way round."
        "Send it in the place that the service names."
    HeaderMisspelt "header-misspelt" You
        "The name of the header is misspelt"
        "A field whose name is unknown is not refused, it is passed over; the server sees no credential at all."
        "Write the name as the service does."
    KindWrong "kind-wrong" You
        "The service wants another kind of credential"
        "An API key where a token of OAuth is wanted, an ID token in place of an access token, a password where only tokens are taken."
        "Get the kind that the service names."
    PasswordRetired "password-retired" You
        "Passwords are not taken here any more"
        "The service has switched off passwords, or app passwords, for its API; a right one is refused as well."
        "Make an API token, and send it as the service says."
    UserWrong "user-wrong" You
        "The user name is not the one that goes with this credential"
        "Some services want a fixed user name, or a mail address, beside a token."
        "Give the user name that the service wants."
    IssuerOther "issuer-other" You
        "The credential is of another service"
        "Its prefix, or its issuer, names a service that is not the one that was asked."
        "Send it to the service that made it, or take one of the service that is asked."
    EnvironmentOther "environment-other" You
        "The credential is for another environment of the service"
        "Test and live, sandbox and production, regions and sites have credentials and objects of their own."
        "Take the credential of this environment, or ask the other one."
    TwoCredentials "two-credentials" You
        "Two credentials were sent at once"
        "Two headers, or a header and a signed URL: the server refuses to choose, or chose the other one."
        "Leave one of the two out."
    Overridden "credential-overridden" You
        "Another credential took precedence over the one that was meant"
        "What stands in the request itself goes before what is kept for the host."
        "Leave out the one that is not meant."
    PassedOver "credential-passed-over" You
        "A credential was at hand and was not used"
        "It is kept for the host, and something about the request or the file forbade its use."
        "Do what the reason says."
    Withheld "credential-withheld" You
        "A redirect led elsewhere, and the credential stayed behind"
        "A credential belongs to an origin; it is not handed on to another one."
        "Ask the last address directly, with a credential of its own."
    RedirectDropped "redirect-dropped" You
        "A redirect may have dropped the credential"
        "The request was led to another address, and the last one came without what the first had."
        "Ask the last address directly."
    TokenExpired "token-expired" You
        "The token has expired"
        "Its time is over: the token itself says until when, or the server says that it is."
        "Get a new token."
    TokenNotYetValid "token-not-yet-valid" You
        "The token is not valid yet"
        "It was made by a clock that is ahead of the server's, or for a later time."
        "Set the clock of whoever issues it, or wait."
    TokenRevoked "token-revoked" You
        "The token was revoked"
        "It was valid, and somebody or something has withdrawn it."
        "Get a new token, and find out who revoked it."
    TokenAudience "token-audience" You
        "The token is for another audience"
        "A token names whom it is for (`aud`); the server that was asked is another one."
        "Ask the issuer for a token for this server."
    TokenIssuer "token-issuer" You
        "The token comes from an issuer that the server does not trust"
        "The server takes tokens of certain issuers (`iss`), and this is none of them."
        "Get the token from the issuer that the server names."
    TokenUnsigned "token-unsigned" You
        "The token is not signed"
        "Its header says `alg: none`; no server that checks tokens takes it."
        "Get a token from the issuer; it signs it."
    TokenSignature "token-signature" You
        "The token's signature does not fit"
        "It was signed with another key, or changed on its way."
        "Get a new token from the issuer that this server trusts, and copy it whole."
    TokenMalformed "token-malformed" You
        "The token is not whole"
        "It has not the form that the server reads: a part is missing, or something was added."
        "Copy it again, whole."
    TokenType "token-type" You
        "A token of another use was sent"
        "An ID token or a refresh token, where an access token is wanted."
        "Send the access token."
    TokenInvalid "token-invalid" You
        "The server does not accept the token"
        "It says no more than that: the token may be wrong, expired, revoked, or for another service."
        "Get a new token; if that is refused too, ask which tokens the server takes."
    PasswordWrong "password-wrong" You
        "User or password are not accepted"
        "The server was sent both in the form that it asked for. Which of the two is wrong it does not say."
        "Check both, then whether the service wants a token in place of the password."
    PasswordExpired "password-expired" You
        "The password has expired"
        "The account is there, and its password has to be changed before it is taken again."
        "Change the password where you sign in with a browser."
    KeyWrong "key-wrong" You
        "The key is not known to the server"
        "It was found where it belongs, and no account has it."
        "Copy the key again from the service, and check for which project it is."
    AccountBlocked "account-blocked" You
        "The account is locked or switched off"
        "The credential may be right; whoever it belongs to may not sign in now."
        "Have the account unlocked; another try makes it worse."
    CaptchaRequired "captcha-required" You
        "The server wants to see a human first"
        "After several failures the account is behind a CAPTCHA; the password was not even looked at."
        "Sign in once with a browser, then try again."
    SecondFactor "second-factor" You
        "A second factor is wanted"
        "The password alone is not enough for this account."
        "Send the one-time code as the service says, or make a token, which needs none."
    StepUp "step-up" You
        "A stronger or fresher sign-in is wanted"
        "The token is good, and the way in which its user signed in is not enough (RFC 9470)."
        "Sign in again with what the challenge asks for, and send the token of that sign-in."
    ClaimsChallenge "claims-challenge" You
        "The token lacks claims that the server asks for"
        "Conditional access: the next request for a token must carry the claims of the challenge."
        "Ask the issuer for a new token with these claims."
    SsoRequired "sso-required" You
        "The organisation wants single sign-on"
        "The credential is good, and is not authorised for the organisation's single sign-on yet."
        "Authorise it at the address that the server names."
    ScopeMissing "scope-missing" You
        "The token lacks a scope"
        "It is valid, and was not issued for what was asked."
        "Get a token with this scope; a refresh does not add one."
    PermissionMissing "permission-missing" You
        "Who asks is known, and is not allowed this"
        "The server has named the account, the role or the permission in question: another password does not help."
        "Have the permission granted, or ask as somebody who has it."
    PlanInsufficient "plan-insufficient" You
        "The account's plan does not include this"
        "The credential is good; what was asked for is part of another plan, or a bill is open."
        "Change the plan, or settle the bill."
    ApiDisabled "api-disabled" You
        "The API is not switched on for this account or project"
        "The credential is good; the service has to be enabled first."
        "Switch the API on at the address that the server names."
    HiddenNotFound "hidden-not-found" You
        "What is there may be hidden behind 404"
        "Services answer 404 to who may not know that something exists."
        "Check the spelling, then whether this credential may see it."
    AddressNotAllowed "address-not-allowed" You
        "The address that the request comes from is not allowed"
        "An allow-list of IP addresses, a region or a network stands before the service."
        "Ask from an address that is allowed, or have yours added."
    RateLimited "rate-limited" Nobody
        "Too many requests: wait"
        "No credential was refused. The limit is reached, and is lifted by itself."
        "Wait until the time that the server names; a credential often raises the limit."
    QuotaExceeded "quota-exceeded" You
        "The quota is used up"
        "No credential was refused: what the account may use is used."
        "Wait for the next period, or raise the quota."
    CsrfMissing "csrf-missing" You
        "The token against forged requests is missing"
        "The server takes a session's cookie for a browser, and wants a second value that only its own pages know."
        "Send the value in the header that the server names, or use an API token, which needs none."
    CorsRefused "cors-refused" You
        "The Origin header is not allowed"
        "The server refuses requests that say they come from a page of another site."
        "Leave out the Origin header; only browsers need it."
    BotFilter "bot-filter" Operator
        "A filter against bots answered, not the service"
        "The filter wants a browser that runs scripts. The credential was not looked at."
        "Use the address that is meant for programs, or have the operator make an exception."
    FilterBetween "filter-between" Proxy
        "A filter on the way answered, not the service"
        "A firewall, a web filter or a gateway refused the request before the service saw it."
        "Ask who runs the filter, and name the reference that it gives."
    UserAgentMissing "user-agent-missing" You
        "The User-Agent header is missing or refused"
        "The service wants to know the program that asks. No credential was refused."
        "Send a User-Agent that names your program."
    HeaderMissing "header-missing" You
        "A header that the service needs is missing"
        "A version, a tenant or an account has to be named beside the credential."
        "Send the header that the server names."
    LoginPage "login-page" You
        "A sign-in page came in place of the answer"
        "The server takes whoever has no session for a browser, and shows the page where people sign in."
        "Send a credential that the API takes, an API token as a rule, in the place that it names."
    SessionExpired "session-expired" You
        "The session is over"
        "The cookie that was sent belongs to a session that has ended or is not known."
        "Sign in again, and send the new cookie."
    SessionBound "session-bound" You
        "The cookie is bound to the browser that it was copied from"
        "The server wants a proof by a key that does not leave the browser's machine (device bound session credentials)."
        "Use an API token; a copied cookie stops working after minutes."
    PathUnknown "path-unknown" You
        "There is no such path or method here"
        "The gateway found nothing to ask, and says so in words about authentication."
        "Check path, stage and method letter by letter."
    HostWrong "host-wrong" You
        "The credential is taken at another address of the service"
        "The service has several hosts, and this kind of credential works at another one."
        "Ask the address that the service names for this kind of credential."
    RegionWrong "region-wrong" You
        "Signed for one region, and the resource is in another"
        "A signature covers the region; the server that is asked belongs to another one."
        "Ask the region that the server names, and sign for it."
    UrlExpired "url-expired" You
        "The signed URL has expired"
        "A signed URL says when it was made and how long it holds."
        "Have a new URL made."
    ClockSkew "clock-skew" You
        "The clocks do not agree"
        "What was sent carries a time, and the server's clock is too far from it."
        "Set this machine's clock, then ask again: a new signature is made."
    Replayed "replayed" You
        "The same signature or nonce came twice"
        "A value that may be used once was used before: a repeated request, a copied command, or two machines with one counter."
        "Send a new request; do not repeat a recorded one."
    SignatureMismatch "signature-mismatch" You
        "The server computes another signature"
        "The key may be wrong, or something between signing and arrival changed what is signed."
        "Compare what was signed here with what the server says it signed; the first difference is the cause."
    NotSigned "not-signed" You
        "The signature does not cover what it has to"
        "A header, the host or the body has to be part of what is signed."
        "Sign what the server names."
    BodyDigest "body-digest" You
        "The body is not the one whose digest was sent"
        "The digest in the request was computed over other bytes."
        "Compute it over the bytes that go out."
    SigningMethod "signing-method" You
        "The server wants another method of signing"
        "What was sent is signed by a method or algorithm that the server does not take."
        "Sign by the method that the server names."
    DigestStale "digest-stale" Operator
        "Every nonce is stale to the server, even a fresh one"
        "The server has called its own fresh nonce stale: several machines with keys of their own, or a clock that jumps. The password was not judged."
        "The operator has to let all machines share the key of the nonces, or send a client always to the same one."
    ChallengeUnanswerable "challenge-unanswerable" Operator
        "The challenge cannot be answered"
        "It lacks what an answer needs, or asks for an algorithm or a protection that is not performed here. Nothing was sent."
        "The operator has to mend the challenge; see what else the server offers."
    SchemeNotPerformed "scheme-not-performed" You
        "The server asks for schemes that are not performed here"
        "Nothing that was offered can be answered by this client; sending the credential in another way is not what was asked for."
        "Use a client that performs it, or ask for a way in that programs can use."
    SchemeOther "scheme-other" You
        "The server asks for another scheme than the one that was sent"
        "The credential may be right; it came in a form that the server does not offer."
        "Use a scheme that is offered."
    OriginFor407 "origin-answers-407" You
        "A server answered as a proxy does"
        "407 is a proxy's status, and no proxy was used."
        "Check whether the URL names a proxy in place of the server."
    ProxyCredential "proxy-credential" You
        "The proxy wants a credential"
        "It is the proxy that asks, not the server behind it."
        "Give the proxy a user and a password of its own."
    ProxyPassword "proxy-password" You
        "The proxy does not accept the credential"
        "It was sent in the form that the proxy asks for, and refused."
        "Check the user and the password for the proxy."
    ProxyPolicy "proxy-policy" Proxy
        "The proxy does not allow this address"
        "A rule of the proxy forbids it; the server was not asked, and no credential is missing."
        "Ask who runs the proxy, or go around it if you may."
    InsecureTransport "insecure-transport" You
        "What would have been sent could be read on the way"
        "Over plain HTTP a scheme that reveals the secret is not used unasked."
        "Write https."
    HttpsRequired "https-required" You
        "The server wants https"
        "The request came by plain HTTP to a server that takes TLS only."
        "Write https."
    CertificateMissing "certificate-missing" You
        "The server wants a client certificate, and none was sent"
        "Who asks is shown by a certificate during the TLS handshake."
        "Give a certificate and its key."
    CertificateRefused "certificate-refused" You
        "The client certificate is not accepted"
        "It was shown; the server does not trust it, or it is out of its time."
        "Give a certificate that the server accepts."
    CertificateLate "certificate-late" Operator
        "The certificate is asked for too late"
        "The server asks for it after the request, for this path only; this client does not answer that."
        "Have the server ask during the handshake."
    Misdirected "misdirected" Operator
        "The connection belongs to another host"
        "The name in the TLS handshake and the name in the request lead to different sites (421)."
        "Let both names agree; behind a reverse proxy, have it send the name (SNI) on."
    PaymentRequired "payment-required" You
        "The server wants to be paid"
        "Payment is asked for in the answer; gatepass shows the terms and does not pay."
        "Pay by a client that does, if you mean to."
    RegistryToken "registry-token" You
        "A registry wants a token of its token server"
        "The password goes to the address that the challenge names; the token that comes back goes to the registry."
        "Get the token there, and send it as Bearer."
    TokenSource "token-source" You
        "The server says where a token is to be had"
        "The challenge names metadata of the resource (RFC 9728), and they name who issues tokens."
        "Read the metadata, and get a token from the server that they name."
    ProofMissing "proof-missing" You
        "The token is bound to a key, and the proof is missing or wrong"
        "A bound token (DPoP, a client certificate) is worth nothing without a proof by its key for this very request."
        "Send the proof that the server asks for."
    GrantRefused "grant-refused" You
        "The token endpoint does not accept the grant"
        "A code, a refresh token or an assertion was used before, has expired, or belongs to another client."
        "Begin again at the sign-in."
    ClientRefused "client-refused" You
        "The token endpoint does not know the client"
        "Client id and secret are not accepted, or were sent in another place than this server reads."
        "Check both, and whether the server wants them in the header or in the body."
    ConsentMissing "consent-missing" You
        "Nobody has consented to this application yet"
        "A user or an administrator has to allow it first."
        "Consent at the sign-in page, or have an administrator do it."
    TenantWrong "tenant-wrong" You
        "The credential belongs to another tenant, project or account"
        "It is valid, and not for what the request names."
        "Name the tenant that the credential is for, or take a credential of the other."
    ResourceClosed "resource-closed" Operator
        "The server gives this to nobody"
        "A rule or a file permission of the server forbids the path; no credential was asked for or refused."
        "Check the path; otherwise it is the operator's to open it."
    MethodClosed "method-closed" You
        "The request itself is refused, not the credential"
        "The server has looked at something else than who asks: the method, the path, the form of the request."
        "Change what the server names."
    ServerFault "server-fault" Operator
        "The server could not check the credential"
        "Its own source of accounts or keys failed. The credential was not judged."
        "Try again later, and tell the operator."
    Unexplained "unexplained" You
        "The server refused, and nothing in the exchange says why"
        "What is known is listed, and what to try, cheapest first."
        "Try what is listed."
}

impl Cause {
    /// Returns the cause of this identifier.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|cause| cause.id() == id)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_words_and_each_stands_once() {
        for (at, cause) in Cause::ALL.iter().enumerate() {
            let id = cause.id();
            assert!(
                id.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{id}"
            );
            assert_eq!(Cause::find(id), Some(*cause));
            assert!(
                Cause::ALL[at + 1..]
                    .iter()
                    .all(|other| other.id() != id && other.title() != cause.title()),
                "{id}"
            );
        }
    }
}
