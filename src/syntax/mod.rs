//! Text -> ast. The only module that names pest; `parse` never fails.

pub mod ast;
