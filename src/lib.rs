//! Kepi: metrics as code.

pub mod calendar;
pub mod check;
pub mod diagnostic;
#[cfg(feature = "engine")]
pub mod engine;
pub mod model;
#[cfg(feature = "engine")]
pub mod plan;
pub mod project;
pub mod query;
pub mod report;
pub mod sample;
pub mod syntax;
pub mod table;
pub mod text;
pub mod units;
