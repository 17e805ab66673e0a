//! What a request can need of the code, and how far a target has it.

/// One thing that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Need {
    /// A request without authentication.
    NoAuth,
    /// Basic.
    Basic,
    /// Basic, with a user name or password that is not ASCII: it goes out in UTF-8 (RFC 7617 section 2.1).
    BasicUtf8,
    /// `Authorization: Bearer TOKEN`.
    Bearer,
    /// `Authorization: Token TOKEN`, or any other word.
    Token,
    /// A key in a header.
    KeyInHeader,
    /// A key in the query.
    KeyInQuery,
    /// A key in a cookie.
    KeyInCookie,
    /// A header of one's own.
    OwnHeader,
    /// Digest with MD5.
    DigestMd5,
    /// Digest with SHA-256.
    DigestSha256,
    /// OAuth 1.0a with HMAC-SHA1.
    OAuth1,
    /// A proxy that asks for a user name and a password.
    Proxy,
    /// A client certificate.
    ClientCertificate,
    /// A certificate authority of one's own.
    CaFile,
    /// TLS without verification.
    Unverified,
    /// Redirects are followed.
    Follow,
    /// Redirects are not followed.
    Stay,
    /// A limit in time.
    Timeout,
    /// A JSON body.
    Json,
    /// A form.
    Form,
    /// A form with files.
    Multipart,
    /// A file as the body.
    File,
    /// Bytes as the body.
    Raw,
    /// A method other than GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.
    AnyMethod,
}

impl Need {
    /// Every need, in the order in which tables show them.
    pub const ALL: &'static [Self] = &[
        Self::NoAuth,
        Self::Basic,
        Self::BasicUtf8,
        Self::Bearer,
        Self::Token,
        Self::KeyInHeader,
        Self::KeyInQuery,
        Self::KeyInCookie,
        Self::OwnHeader,
        Self::DigestMd5,
        Self::DigestSha256,
        Self::OAuth1,
        Self::Proxy,
        Self::ClientCertificate,
        Self::CaFile,
        Self::Unverified,
        Self::Follow,
        Self::Stay,
        Self::Timeout,
        Self::Json,
        Self::Form,
        Self::Multipart,
        Self::File,
        Self::Raw,
        Self::AnyMethod,
    ];

    /// Returns what people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::NoAuth => "no authentication",
            Self::Basic => "Basic",
            Self::BasicUtf8 => "Basic, not ASCII",
            Self::Bearer => "Bearer",
            Self::Token => "Token",
            Self::KeyInHeader => "API key in a header",
            Self::KeyInQuery => "API key in the query",
            Self::KeyInCookie => "API key in a cookie",
            Self::OwnHeader => "a header of one's own",
            Self::DigestMd5 => "Digest with MD5",
            Self::DigestSha256 => "Digest with SHA-256",
            Self::OAuth1 => "OAuth 1.0a with HMAC-SHA1",
            Self::Proxy => "proxy credentials",
            Self::ClientCertificate => "client certificate",
            Self::CaFile => "CA file",
            Self::Unverified => "verification off",
            Self::Follow => "redirects on",
            Self::Stay => "redirects off",
            Self::Timeout => "timeout",
            Self::Json => "JSON body",
            Self::Form => "form body",
            Self::Multipart => "multipart body",
            Self::File => "file body",
            Self::Raw => "raw body",
            Self::AnyMethod => "any method",
        }
    }

    /// Returns a short word for it, for the head of a narrow column and for filters.
    pub fn id(self) -> &'static str {
        match self {
            Self::NoAuth => "none",
            Self::Basic => "basic",
            Self::BasicUtf8 => "basic-utf8",
            Self::Bearer => "bearer",
            Self::Token => "token",
            Self::KeyInHeader => "key-header",
            Self::KeyInQuery => "key-query",
            Self::KeyInCookie => "key-cookie",
            Self::OwnHeader => "header",
            Self::DigestMd5 => "digest-md5",
            Self::DigestSha256 => "digest-sha256",
            Self::OAuth1 => "oauth1",
            Self::Proxy => "proxy",
            Self::ClientCertificate => "client-cert",
            Self::CaFile => "ca-file",
            Self::Unverified => "unverified",
            Self::Follow => "follow",
            Self::Stay => "stay",
            Self::Timeout => "timeout",
            Self::Json => "json",
            Self::Form => "form",
            Self::Multipart => "multipart",
            Self::File => "file",
            Self::Raw => "raw",
            Self::AnyMethod => "method",
        }
    }
}

/// How far a target has what is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Support {
    /// The library's own facility.
    Native,
    /// A short function that is written into the code.
    Helper,
    /// A header field that the code makes.
    Header,
    /// It cannot be had, for this reason: a clause that begins in lower case and has no full stop.
    No(&'static str),
}

impl Support {
    /// Says whether it can be had at all.
    pub fn is_there(self) -> bool {
        !matches!(self, Self::No(_))
    }
}
