//! Everything that reads data: binds sources to files, runs plans, gives tables.

mod behind;
mod bind;
mod columns;
mod compute;
pub mod contract;
mod csv;
#[cfg(test)]
mod data_sets;
mod dates;
mod error;
mod expects;
mod few;
pub mod files;
mod given;
mod inspect;
mod locate;
mod open;
mod parquet;
mod partition;
mod planner;
mod promises;
mod rules;
mod run;
mod session;
#[cfg(test)]
mod testing;
mod to_table;
mod write;

pub use behind::{AskRows, WorstRows, worst_rows};
pub use bind::Bindings;
pub use compute::{Computed, compute};
pub use dates::Ahead;
pub use error::{Error, Row};
pub use inspect::{Inspected, inspect};
pub use open::open;
pub use rules::Rules;
pub use run::{Answer, Explained, Failure, Options, explain, run, when_stopped};
pub use session::{SameRows, Session, with_session};
pub use write::{parquet_bytes, write_parquet};
