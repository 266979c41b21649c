//! Thresholds: targets, benchmarks and rules of a metric, in its block or apart.

mod types;

pub use types::{Benchmark, Clear, Pin, Rule, Severity, Target, Test, Thresholds};
