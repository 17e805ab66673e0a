//! `tls-server-end-point`: the channel binding that is the hash of a server's certificate (RFC 5929 section 4).

use rsa::pkcs8::der::asn1::{AnyRef, BitStringRef};
use rsa::pkcs8::der::{Decode as _, Reader, SliceReader};
use rsa::pkcs8::spki::{AlgorithmIdentifierRef, ObjectIdentifier};

use crate::hash::Hash;

/// Returns `tls-server-end-point` of a server's own certificate, in DER: its hash by the hash function of its signature, where
/// MD5 and SHA-1 are replaced by SHA-256 (RFC 5929 section 4.1).
///
/// `None` for what is no certificate, and where the RFC leaves the binding undefined: a signature without one hash function of its
/// own, as Ed25519 and Ed448, or by one that is not known here. Peers do not agree on those, so nothing is guessed; `tls-exporter`
/// has no such gap.
pub fn server_end_point(certificate: &[u8]) -> Option<Vec<u8>> {
    Some(hash_of(certificate)?.digest(&[certificate]))
}

/// Returns the hash function of a certificate's signature (RFC 5280 section 4.1.1.2).
fn hash_of(certificate: &[u8]) -> Option<Hash> {
    let mut reader = SliceReader::new(certificate).ok()?;
    let algorithm = reader
        .sequence(|parts| {
            let _signed = AnyRef::decode(parts)?;
            let algorithm = AlgorithmIdentifierRef::decode(parts)?;
            let _signature = BitStringRef::decode(parts)?;
            Ok::<_, rsa::pkcs8::der::Error>(algorithm)
        })
        .ok()?;
    if algorithm.oid == RSASSA_PSS {
        return hash_of_pss(algorithm);
    }
    find(SIGNATURES, algorithm.oid)
}

/// Returns the hash function of RSASSA-PSS, which stands in its parameters and is SHA-1 without (RFC 4055 section 3.1).
fn hash_of_pss(algorithm: AlgorithmIdentifierRef<'_>) -> Option<Hash> {
    let given = algorithm.parameters?.sequence(|parts| {
        if parts.is_finished() {
            return Ok(None);
        }
        let first = AnyRef::decode(parts)?;
        // The rest says how the mask is made.
        parts.read_slice(parts.remaining_len())?;
        // [0] EXPLICIT holds the hash function.
        let is_hash = first.value().first() == Some(&0x30)
            && rsa::pkcs8::der::Tagged::tag(&first).number().value() == 0;
        Ok::<_, rsa::pkcs8::der::Error>(is_hash.then_some(first.value()))
    });
    match given.ok()? {
        None => Some(Hash::Sha256),
        Some(bytes) => find(HASHES, AlgorithmIdentifierRef::from_der(bytes).ok()?.oid),
    }
}

fn find(known: &[(&str, Hash)], oid: ObjectIdentifier) -> Option<Hash> {
    let is_it = |(text, _): &&(&str, Hash)| ObjectIdentifier::new(text) == Ok(oid);
    known.iter().find(is_it).map(|(_, hash)| *hash)
}

/// RFC 4055 section 3.1.
const RSASSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");

/// Signatures with one hash function: RFC 3279 section 2.2, RFC 4055 section 5, RFC 5758 sections 3.1 and 3.2.
const SIGNATURES: &[(&str, Hash)] = &[
    ("1.2.840.113549.1.1.4", Hash::Sha256),
    ("1.2.840.113549.1.1.5", Hash::Sha256),
    ("1.2.840.113549.1.1.11", Hash::Sha256),
    ("1.2.840.113549.1.1.12", Hash::Sha384),
    ("1.2.840.113549.1.1.13", Hash::Sha512),
    ("1.2.840.10045.4.1", Hash::Sha256),
    ("1.2.840.10045.4.3.2", Hash::Sha256),
    ("1.2.840.10045.4.3.3", Hash::Sha384),
    ("1.2.840.10045.4.3.4", Hash::Sha512),
    ("1.2.840.10040.4.3", Hash::Sha256),
];

/// Hash functions by themselves (RFC 4055 section 2.1).
const HASHES: &[(&str, Hash)] = &[
    ("1.3.14.3.2.26", Hash::Sha256),
    ("2.16.840.1.101.3.4.2.1", Hash::Sha256),
    ("2.16.840.1.101.3.4.2.2", Hash::Sha384),
    ("2.16.840.1.101.3.4.2.3", Hash::Sha512),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The outer shape of a certificate: something signed, the algorithm, and a signature.
    fn certificate(algorithm: &[u8]) -> Vec<u8> {
        let inner = [&[0x30, 0x00][..], algorithm, &[0x03, 0x02, 0x00, 0xaa]].concat();
        [&[0x30, u8::try_from(inner.len()).unwrap()][..], &inner].concat()
    }

    #[test]
    fn the_hash_is_that_of_the_signature() {
        let known: [(&[u8], Option<Hash>); 5] = [
            // ecdsa-with-SHA384, without parameters.
            (b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03", Some(Hash::Sha384)),
            // sha1WithRSAEncryption, NULL: SHA-1 is replaced.
            (b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05\x05\x00", Some(Hash::Sha256)),
            // Ed25519 has no hash function of its own.
            (b"\x30\x05\x06\x03\x2b\x65\x70", None),
            // RSASSA-PSS with SHA-512, and with its defaults.
            (
                b"\x30\x1c\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x0f\xa0\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03",
                Some(Hash::Sha512),
            ),
            (b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x00", Some(Hash::Sha256)),
        ];
        for (algorithm, hash) in known {
            let certificate = certificate(algorithm);
            let expected = hash.map(|hash| hash.digest(&[&certificate]));
            assert_eq!(server_end_point(&certificate), expected, "{algorithm:02x?}");
        }
        assert_eq!(server_end_point(b"no certificate"), None);
    }
}
