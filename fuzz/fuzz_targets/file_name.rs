#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gatepass_fuzz::file_name::run(data));
