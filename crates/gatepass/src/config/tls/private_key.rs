//! Private keys in PEM: PKCS#8, PKCS#1 and SEC1, and PKCS#8 under a passphrase.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::Secret;
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::der::Decode as _;
use pkcs8::der::asn1::AnyRef;
use pkcs8::pkcs5::Error as Closed;
use pkcs8::pkcs5::pbes2::Kdf;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use zeroize::Zeroizing;

use crate::error::{Credential, Error, IdentityProblem, Misuse};

/// Takes the first private key out of PEM text.
pub(super) fn from_pem(
    pem: &[u8],
    passphrase: Option<&Secret>,
    from: &str,
) -> Result<PrivateKeyDer<'static>, Error> {
    // RFC 1421's encryption of PKCS#1 and SEC1 keys derives its key by one round of MD5.
    if contains(pem, b"Proc-Type: 4,ENCRYPTED") {
        return Err(bad(from, IdentityProblem::OldEncryption));
    }
    if let Some(der) = section(pem, "ENCRYPTED PRIVATE KEY") {
        let der = der.map_err(|problem| bad(from, problem))?;
        return open(&der, passphrase, from);
    }
    match PrivateKeyDer::pem_slice_iter(pem).next() {
        Some(Ok(key)) => Ok(key),
        Some(Err(error)) => Err(bad(from, IdentityProblem::Malformed(error.to_string()))),
        None => Err(bad(from, IdentityProblem::NoKey)),
    }
}

/// The most work that opening a key may be, in rounds of PBKDF2 and in bytes of scrypt's memory. OpenSSL writes 2048 rounds.
const MOST_ROUNDS: u32 = 10_000_000;
const MOST_MEMORY: u64 = 1 << 30;

fn open(
    der: &[u8],
    passphrase: Option<&Secret>,
    from: &str,
) -> Result<PrivateKeyDer<'static>, Error> {
    let malformed =
        |error: &dyn std::fmt::Display| bad(from, IdentityProblem::Malformed(error.to_string()));
    let closed = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|error| {
        // What is whole, and still not understood, names an algorithm that is not known.
        match AnyRef::from_der(der) {
            Ok(_) => bad(from, IdentityProblem::UnknownEncryption),
            Err(_) => malformed(&error),
        }
    })?;
    let Some(passphrase) = passphrase else {
        return Err(Credential::NoPassphrase {
            from: from.to_owned(),
        }
        .into());
    };
    let reasonable = match closed
        .encryption_algorithm
        .pbes2()
        .map(|params| &params.kdf)
    {
        Some(Kdf::Pbkdf2(params)) => params.iteration_count <= MOST_ROUNDS,
        Some(Kdf::Scrypt(params)) => {
            let memory = params
                .cost_parameter
                .saturating_mul(u64::from(params.block_size) * 128);
            memory <= MOST_MEMORY
        }
        _ => true,
    };
    if !reasonable {
        return Err(malformed(&"its encryption would take for ever to undo"));
    }
    match closed.decrypt(passphrase.expose()) {
        Ok(key) => Ok(PrivateKeyDer::Pkcs8(key.as_bytes().to_vec().into())),
        // A wrong passphrase mostly gives bytes without a proper end, and sometimes bytes that are no key.
        Err(pkcs8::Error::EncryptedPrivateKey(Closed::DecryptFailed) | pkcs8::Error::Asn1(_)) => {
            Err(Credential::WrongPassphrase {
                from: from.to_owned(),
            }
            .into())
        }
        Err(pkcs8::Error::EncryptedPrivateKey(_)) => {
            Err(bad(from, IdentityProblem::UnknownEncryption))
        }
        Err(other) => Err(malformed(&other)),
    }
}

/// Returns what stands between the lines of this label, if they are there.
fn section(pem: &[u8], label: &str) -> Option<Result<Zeroizing<Vec<u8>>, IdentityProblem>> {
    let begin = format!("-----BEGIN {label}-----");
    let end = format!("-----END {label}-----");
    let start = position(pem, begin.as_bytes())? + begin.len();
    let Some(length) = position(&pem[start..], end.as_bytes()) else {
        let problem = format!("the line {end} is missing");
        return Some(Err(IdentityProblem::Malformed(problem)));
    };
    let lines = &pem[start..start + length];
    let encoded: Vec<u8> = lines
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let decoded = STANDARD.decode(encoded).map(Zeroizing::new);
    Some(decoded.map_err(|error| IdentityProblem::Malformed(error.to_string())))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    position(text, part).is_some()
}

fn position(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

pub(super) fn bad(from: &str, problem: IdentityProblem) -> Error {
    Misuse::BadIdentity {
        from: from.to_owned(),
        problem,
    }
    .into()
}
