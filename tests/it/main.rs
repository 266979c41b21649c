//! The one integration binary: each further one would link the engine again.

mod check;
mod cli;
mod definitions;
mod sample;
mod tidy;
mod ui;
