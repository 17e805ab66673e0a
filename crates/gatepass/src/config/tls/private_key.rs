//! Private keys in PEM: PKCS#8, PKCS#1 and SEC1, and PKCS#8 under a passphrase.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepass_auth::{Secret, pem};
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
    let laid_out = pem::laid_out(pem).map_err(|error| bad(from, IdentityProblem::Pem(error)))?;
    let pem = laid_out.expose();
    // RFC 1421's encryption of PKCS#1 and SEC1 keys derives its key by one round of MD5.
    if contains(pem, b"Proc-Type: 4,ENCRYPTED") {
        return Err(bad(from, IdentityProblem::OldEncryption));
    }
    if let Some(der) = section(pem, "ENCRYPTED PRIVATE KEY") {
        return open(&der, passphrase, from);
    }
    match PrivateKeyDer::pem_slice_iter(pem).next() {
        Some(Ok(key)) => Ok(key),
        Some(Err(_)) => Err(malformed(from, "the key in it is damaged")),
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
    let damaged = || malformed(from, "the encrypted key in it is damaged");
    let closed = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| {
        // What is whole, and still not understood, names an algorithm that is not known.
        match AnyRef::from_der(der) {
            Ok(_) => bad(from, IdentityProblem::UnknownEncryption),
            Err(_) => damaged(),
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
        return Err(malformed(
            from,
            "its encryption would take for ever to undo",
        ));
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
        Err(_) => Err(damaged()),
    }
}

/// Returns what stands between the lines of this label, if they are there. The text is laid out.
fn section(pem: &[u8], label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let begin = format!("-----BEGIN {label}-----");
    let start = position(pem, begin.as_bytes())? + begin.len();
    let length = position(&pem[start..], b"-----")?;
    let lines = &pem[start..start + length];
    let encoded: Zeroizing<Vec<u8>> = Zeroizing::new(
        lines
            .iter()
            .copied()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect(),
    );
    STANDARD.decode(&*encoded).map(Zeroizing::new).ok()
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

pub(super) fn malformed(from: &str, problem: &str) -> Error {
    bad(from, IdentityProblem::Malformed(problem.to_owned()))
}
