//! What the tests share. Each test binary uses a part of it.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod engine;
pub mod fake;
pub mod gateway;
pub mod project;
pub mod random;
pub mod recorded;
pub mod scenarios;
pub mod service_fields;
pub mod tools;
