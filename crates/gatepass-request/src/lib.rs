//! gatepass-request
