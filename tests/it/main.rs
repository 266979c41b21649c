//! The one integration binary: each further one would link the engine again.

mod check;
mod definitions;
mod messages;
mod sample;
mod ui;
