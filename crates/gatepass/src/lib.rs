//! gatepass
