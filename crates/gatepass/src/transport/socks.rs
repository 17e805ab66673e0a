//! SOCKS 4, 4a and 5: what is said to such a proxy before the connection leads to the origin (RFC 1928, RFC 1929).
//!
//! The words are made and read without I/O; [`connect`] says them.

use std::io;
use std::net::IpAddr;

use gatepass_auth::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::stream::Stream;
use crate::config::{Protocol, Proxy};

/// Where the proxy shall connect to.
pub(crate) enum Destination<'a> {
    Address(IpAddr),
    Name(&'a str),
}

/// Why a SOCKS proxy did not connect.
pub(crate) enum Refusal {
    /// The connection to the proxy broke.
    Broken(io::Error),
    /// The proxy, or what was asked of it, is at fault: a phrase.
    Said(String),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

fn said<T>(problem: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Said(problem.into()))
}

/// Has the proxy at the other end of `stream` connect to `destination` at `port`.
///
/// # Errors
/// [`Refusal`].
pub(crate) async fn connect(
    stream: &mut Stream,
    proxy: &Proxy,
    destination: Destination<'_>,
    port: u16,
) -> Result<(), Refusal> {
    let user = proxy.credential();
    match proxy.protocol() {
        Protocol::Socks4 | Protocol::Socks4a => {
            let user = user.map_or("", |(user, _)| user);
            stream
                .write_all(&request_4(user, &destination, port)?)
                .await?;
            stream.flush().await?;
            let mut reply = [0; 8];
            stream.read_exact(&mut reply).await?;
            read_reply_4(reply)
        }
        _ => connect_5(stream, user, &destination, port).await,
    }
}

/// The request of SOCKS 4, and of 4a for a name.
fn request_4(user: &str, destination: &Destination<'_>, port: u16) -> Result<Vec<u8>, Refusal> {
    let mut words = vec![4, 1];
    words.extend_from_slice(&port.to_be_bytes());
    // An address that cannot be one says that a name comes behind the user.
    let (address, name) = match destination {
        Destination::Address(IpAddr::V4(address)) => (address.octets(), None),
        Destination::Address(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => (address.octets(), None),
            None => return said("SOCKS 4 knows no IPv6 addresses"),
        },
        Destination::Name(name) => ([0, 0, 0, 1], Some(name)),
    };
    words.extend_from_slice(&address);
    for text in [Some(&user), name].into_iter().flatten() {
        if text.contains('\0') {
            return said("a user or a host name has a NUL in it");
        }
        words.extend_from_slice(text.as_bytes());
        words.push(0);
    }
    Ok(words)
}

fn read_reply_4(reply: [u8; 8]) -> Result<(), Refusal> {
    match reply {
        [0, 90, ..] => Ok(()),
        [0, 91, ..] => said("it refused to connect there"),
        [0, 92, ..] => said("it cannot reach the identd of this machine"),
        [0, 93, ..] => said("the user is not the one that identd names"),
        _ => said("it does not speak SOCKS 4"),
    }
}

const NO_AUTHENTICATION: u8 = 0;
const USER_PASSWORD: u8 = 2;
const NONE_FITS: u8 = 0xff;

async fn connect_5(
    stream: &mut Stream,
    user: Option<&(String, Secret)>,
    destination: &Destination<'_>,
    port: u16,
) -> Result<(), Refusal> {
    let methods: &[u8] = match user {
        Some(_) => &[5, 2, NO_AUTHENTICATION, USER_PASSWORD],
        None => &[5, 1, NO_AUTHENTICATION],
    };
    stream.write_all(methods).await?;
    stream.flush().await?;
    let mut choice = [0; 2];
    stream.read_exact(&mut choice).await?;
    match (choice, user) {
        ([5, NO_AUTHENTICATION], _) => {}
        ([5, USER_PASSWORD], Some((user, password))) => {
            stream.write_all(sign_in(user, password)?.expose()).await?;
            stream.flush().await?;
            let mut answer = [0; 2];
            stream.read_exact(&mut answer).await?;
            if answer[1] != 0 {
                return said("it refused the user name and the password");
            }
        }
        ([5, NONE_FITS], None) => return said("it wants a user name and a password"),
        ([5, NONE_FITS], Some(_)) => {
            return said("it takes no user name and password, and wants another method");
        }
        ([5, _], _) => return said("it chose a method that it was not offered"),
        _ => return said("it does not speak SOCKS 5"),
    }
    stream.write_all(&request_5(destination, port)?).await?;
    stream.flush().await?;
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    read_reply_5(head)?;
    // The address that the proxy connects from is of no use here, but must be read.
    let length = match head[3] {
        1 => 4,
        4 => 16,
        3 => usize::from(stream.read_u8().await?),
        _ => return said("it does not speak SOCKS 5"),
    };
    let mut rest = vec![0; length + 2];
    stream.read_exact(&mut rest).await?;
    Ok(())
}

/// User name and password, as RFC 1929 has them.
fn sign_in(user: &str, password: &Secret) -> Result<Secret, Refusal> {
    let (Ok(user_length), Ok(length)) = (u8::try_from(user.len()), u8::try_from(password.len()))
    else {
        return said("a user name or a password is longer than SOCKS 5 allows, 255 bytes");
    };
    let mut words = vec![1, user_length];
    words.extend_from_slice(user.as_bytes());
    words.push(length);
    words.extend_from_slice(password.expose());
    Ok(Secret::new(words))
}

fn request_5(destination: &Destination<'_>, port: u16) -> Result<Vec<u8>, Refusal> {
    let mut words = vec![5, 1, 0];
    match destination {
        Destination::Address(IpAddr::V4(address)) => {
            words.push(1);
            words.extend_from_slice(&address.octets());
        }
        Destination::Address(IpAddr::V6(address)) => {
            words.push(4);
            words.extend_from_slice(&address.octets());
        }
        Destination::Name(name) => {
            let Ok(length) = u8::try_from(name.len()) else {
                return said("the host name is longer than SOCKS 5 allows, 255 bytes");
            };
            words.extend_from_slice(&[3, length]);
            words.extend_from_slice(name.as_bytes());
        }
    }
    words.extend_from_slice(&port.to_be_bytes());
    Ok(words)
}

fn read_reply_5(head: [u8; 4]) -> Result<(), Refusal> {
    match head {
        [5, 0, ..] => Ok(()),
        [5, 1, ..] => said("it failed, without saying why"),
        [5, 2, ..] => said("its rules do not allow that connection"),
        [5, 3, ..] => said("it cannot reach the network"),
        [5, 4, ..] => said("it cannot reach the host"),
        [5, 5, ..] => said("the host refused its connection"),
        [5, 6, ..] => said("its connection was on the way for too long"),
        [5, 7, ..] => said("it does not know the command"),
        [5, 8, ..] => said("it does not know that kind of address"),
        [5, ..] => said("it failed with a code that nobody knows"),
        _ => said("it does not speak SOCKS 5"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_as_specified() {
        let v4 = Destination::Address([192, 0, 2, 1].into());
        let words = |result: Result<Vec<u8>, Refusal>| result.ok().unwrap();
        assert_eq!(
            words(request_4("bob", &v4, 80)),
            b"\x04\x01\x00\x50\xc0\x00\x02\x01bob\0"
        );
        let name = Destination::Name("h.example");
        assert_eq!(
            words(request_4("", &name, 443)),
            b"\x04\x01\x01\xbb\0\0\0\x01\0h.example\0"
        );
        assert_eq!(
            words(request_5(&v4, 80)),
            b"\x05\x01\0\x01\xc0\x00\x02\x01\x00\x50"
        );
        assert_eq!(
            words(request_5(&name, 443)),
            b"\x05\x01\0\x03\x09h.example\x01\xbb"
        );
        let long = "x".repeat(256);
        assert!(request_5(&Destination::Name(&long), 1).is_err());
        assert!(request_4("a\0b", &name, 1).is_err());
        let v6 = Destination::Address(std::net::Ipv6Addr::LOCALHOST.into());
        assert!(request_4("", &v6, 1).is_err());
        assert_eq!(words(request_5(&v6, 1)).len(), 22);
    }

    #[test]
    fn a_password_is_wrapped_up() {
        let words = sign_in("u", &Secret::from("s3cret")).ok().unwrap();
        assert_eq!(words.expose(), b"\x01\x01u\x06s3cret");
        assert!(!format!("{words:?}").contains("s3cret"));
    }
}
