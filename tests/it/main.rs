//! The one integration binary: each further one would link the engine again.

#[cfg(feature = "engine")]
mod acme;
mod asked;
#[cfg(feature = "engine")]
mod cases;
mod check;
mod cli;
#[cfg(feature = "engine")]
mod cubes;
mod diff;
mod docs;
#[cfg(feature = "engine")]
mod drilled;
mod fingerprints;
mod format;
#[cfg(feature = "engine")]
mod judged;
mod lsp;
mod messages;
#[cfg(feature = "engine")]
mod moved;
#[cfg(feature = "engine")]
mod opened;
#[cfg(feature = "engine")]
mod oracle;
#[cfg(feature = "engine")]
mod plan;
#[cfg(feature = "engine")]
mod promises;
mod readme;
mod reports;
mod review;
#[cfg(feature = "engine")]
mod rows;
mod sample;
#[cfg(feature = "engine")]
mod snapshots;
#[cfg(feature = "engine")]
mod stopped;
mod syntax;
#[cfg(feature = "engine")]
mod testing;
mod tidy;
mod tree_sitter;
#[cfg(feature = "engine")]
mod tutorial;
mod ui;
#[cfg(feature = "engine")]
mod worlds;
