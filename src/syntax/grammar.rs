//! The parser that pest makes of `grammar/kepi.pest`.

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/kepi.pest"]
pub struct Grammar;
