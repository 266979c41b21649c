//! Tests in metric files: what they give is computed, what comes out is held against what
//! they expect.

mod bless;
mod compare;
mod outcome;
#[cfg(feature = "engine")]
mod run;
mod text;

pub use bless::{Edit, apply, edits};
pub use compare::compare;
pub use outcome::{ComparedCell, ComparedRow, Failure, Standing, TestOutcome, ValuesFailure};
#[cfg(feature = "engine")]
pub use run::{run, selected};
pub use text::{render, summary};
