//! The one integration binary: each further one would link the engine again.

mod check;
mod definitions;
mod sample;
mod ui;
