//! Nonces that a server recognises without having stored them: time, randomness, and a MAC over both.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::env::{Env, NoRandomness, Timestamp};
use crate::hash::{Hash, constant_time_eq, hex};
use crate::secret::Secret;

const MAC_LENGTH: usize = 16;

/// Makes and recognises the nonces of one realm.
pub(super) struct Nonces {
    key: Secret,
    realm: String,
    lifetime: u64,
}

impl Nonces {
    /// `lifetime` is in seconds.
    pub(super) fn new(key: Secret, realm: String, lifetime: u64) -> Self {
        Self {
            key,
            realm,
            lifetime,
        }
    }

    pub(super) fn with_lifetime(self, lifetime: u64) -> Self {
        Self { lifetime, ..self }
    }

    /// Returns a fresh nonce.
    ///
    /// # Errors
    /// As [`Env::random`].
    pub(super) fn issue(&self, env: &dyn Env) -> Result<String, NoRandomness> {
        let mut nonce = [0; 16];
        env.random(&mut nonce[8..])?;
        nonce[..8].copy_from_slice(&env.now().to_be_bytes());
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &self.mac(&nonce)].concat()))
    }

    /// Returns when this nonce ends, if it is one of ours. It may have ended.
    pub(super) fn expiry(&self, nonce: &[u8]) -> Option<Timestamp> {
        let decoded = URL_SAFE_NO_PAD.decode(nonce).ok()?;
        let (body, mac) = decoded.split_at_checked(16)?;
        let issued = Timestamp::from_be_bytes(body[..8].try_into().ok()?);
        constant_time_eq(mac, &self.mac(body)).then(|| issued.saturating_add(self.lifetime))
    }

    /// Returns the value that clients must send back: it binds an answer to this server's realm.
    pub(super) fn opaque(&self) -> String {
        hex(&Hash::Sha256.hmac(
            self.key.expose(),
            &[b"digest opaque\0", self.realm.as_bytes()],
        )[..MAC_LENGTH])
    }

    fn mac(&self, body: &[u8]) -> Vec<u8> {
        let parts: [&[u8]; 3] = [b"digest nonce\0", body, self.realm.as_bytes()];
        let mut mac = Hash::Sha256.hmac(self.key.expose(), &parts);
        mac.truncate(MAC_LENGTH);
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::FixedEnv;

    #[test]
    fn only_our_own_nonces_are_recognised() {
        let ours = Nonces::new(Secret::from("key"), "api".to_owned(), 300);
        let nonce = ours.issue(&FixedEnv::new(1000)).unwrap();
        assert_eq!(ours.expiry(nonce.as_bytes()), Some(1300));
        for theirs in [
            Nonces::new(Secret::from("other"), "api".to_owned(), 300),
            Nonces::new(Secret::from("key"), "b".to_owned(), 300),
        ] {
            assert_eq!(theirs.expiry(nonce.as_bytes()), None);
        }
        for at in 0..nonce.len() {
            let mut changed = nonce.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(ours.expiry(&changed), None, "{at}");
        }
        assert_eq!(ours.expiry(b""), None);
    }
}
