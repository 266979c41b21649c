//! Everything that reads data: binds sources to files, runs plans, gives tables.

mod bind;
mod columns;
pub mod contract;
mod csv;
#[cfg(test)]
mod data_sets;
mod error;
pub mod files;
mod given;
mod open;
mod parquet;
mod partition;
mod promises;
mod run;
#[cfg(test)]
mod testing;
mod to_table;
mod write;

pub use bind::Bindings;
pub use error::{Error, Row};
pub use open::open;
pub use run::{Answer, Explained, Failure, Options, explain, run};
pub use write::{parquet_bytes, write_parquet};
