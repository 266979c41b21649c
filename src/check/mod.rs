//! Model -> CheckedModel: types, units, grain, joins.

mod builtins;
mod checked;

pub use checked::*;
