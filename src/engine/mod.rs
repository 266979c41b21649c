//! Everything that reads data: binds sources to files, runs plans, gives tables.

mod columns;
pub mod contract;
mod csv;
pub mod encode;
mod error;
pub mod files;
mod open;
mod parquet;
mod partition;
#[cfg(test)]
mod testing;
mod values;
mod write;

pub use error::{Error, Row};
pub use open::{explain, open};
pub use write::{parquet_bytes, write_parquet};
