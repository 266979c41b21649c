//! Tests in metric files: what they give is computed, what comes out is held against what
//! they expect.

#[cfg(feature = "engine")]
mod answers;
mod bless;
mod compare;
#[cfg(feature = "engine")]
mod coverage;
#[cfg(feature = "engine")]
mod given_values;
mod junit;
#[cfg(feature = "engine")]
mod made_of;
#[cfg(feature = "engine")]
mod misgiven;
#[cfg(feature = "engine")]
mod mutate;
#[cfg(feature = "engine")]
mod mutate_rules;
mod outcome;
#[cfg(feature = "engine")]
mod results;
#[cfg(feature = "engine")]
mod run;
mod snapshot;
#[cfg(feature = "engine")]
mod state;
mod text;
#[cfg(feature = "engine")]
pub mod told;
#[cfg(feature = "engine")]
mod walk;

pub use bless::{Edit, apply, edits};
pub use compare::compare;
#[cfg(feature = "engine")]
pub use coverage::{Coverage, Gap, Never, coverage};
pub use junit::junit;
#[cfg(feature = "engine")]
pub use mutate::{Mutated, Survivor, mutate};
pub use outcome::{ComparedCell, ComparedRow, Failure, MadeOf, Standing, TestOutcome, ValuesFailure};
#[cfg(feature = "engine")]
pub use run::{run, selected};
pub use snapshot::{SnapshotOutcome, differences, render as render_snapshots};
pub use text::{render, summary};
