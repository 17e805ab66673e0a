//! gatepass-server
