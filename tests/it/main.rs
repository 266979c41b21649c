//! The one integration binary: each further one would link the engine again.

#[cfg(feature = "engine")]
mod cases;
mod check;
mod cli;
mod definitions;
mod docs;
mod messages;
#[cfg(feature = "engine")]
mod opened;
mod sample;
mod syntax;
mod tidy;
mod ui;
