//! The one integration binary: each further one would link the engine again.

#[cfg(feature = "engine")]
mod cases;
mod check;
mod cli;
mod definitions;
mod messages;
#[cfg(feature = "engine")]
mod opened;
mod sample;
mod tidy;
mod ui;
