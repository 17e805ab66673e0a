//! The address of an origin, as it is told and connected to.

use gatepass_auth::Space;

/// Returns `host:port`, the port always there.
pub(crate) fn address(space: &Space) -> String {
    host_port(space.host(), space.port())
}

/// As [`address`], of a host and a port.
pub(crate) fn host_port(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
