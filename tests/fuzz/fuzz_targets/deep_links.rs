//! Fuzzes links of the scheme deskbell:; what has to hold stands in `bodies.rs`.

#![no_main]

#[path = "../bodies.rs"]
#[expect(dead_code, reason = "it holds what has to hold of the other targets too")]
mod bodies;

libfuzzer_sys::fuzz_target!(|input: &[u8]| bodies::deep_links(input));
