//! Text -> ast. The only module that names pest; `parse` never fails: what cannot
//! be read is reported and left out, the rest of the file is still there.

mod build;
mod comments;
mod display;
mod docs;
mod grammar;
mod lexer;
mod outline;
mod parse;
mod problems;
mod recover;
mod rows;
mod teach;
mod words;

pub mod ast;

pub use comments::{Comment, comments};
pub use display::{display, display_expression};
pub use lexer::{Lexer, Token, TokenKind, is_reserved};
pub use outline::DECLARATIONS;
pub use parse::{parse, parse_expression};
