//! Where a server listens, and the URL that reaches it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use crate::error::ServerError;

/// Listens at an address.
pub(crate) fn listen(ip: IpAddr, port: u16) -> Result<TcpListener, ServerError> {
    let address = SocketAddr::new(ip, port);
    let bind = |source| ServerError::Bind { address, source };
    let listener = TcpListener::bind(address).map_err(bind)?;
    listener.set_nonblocking(true).map_err(bind)?;
    Ok(listener)
}

/// Returns a URL that reaches `address` from this machine.
pub(crate) fn url(scheme: &str, address: SocketAddr, path: &str) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("{scheme}://{}{path}", SocketAddr::new(ip, address.port()))
}
