//! What the operators mean, and which binds tighter: language.md §4.

use crate::syntax::ast::BinaryOp;
use crate::syntax::problems::Instead;

/// How tightly an operator binds; the loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Loosest,
    Else,
    Or,
    And,
    Not,
    Compare,
    As,
    Sum,
    Product,
    Negation,
}

impl Level {
    /// The level of the right side of a left-associative operator of this level.
    pub fn tighter(self) -> Level {
        match self {
            Level::Loosest => Level::Else,
            Level::Else => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Compare,
            Level::Compare => Level::As,
            Level::As => Level::Sum,
            Level::Sum => Level::Product,
            Level::Product | Level::Negation => Level::Negation,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Binary(BinaryOp),
    In,
    NotIn,
    Within,
    After,
    Before,
}

/// The operator that is written so, and what should have been written where it is another language's.
pub struct Meaning {
    pub operator: Operator,
    pub mistake: Option<Mistake>,
}

pub enum Mistake {
    Equals,
    Foreign(Instead),
}

impl Operator {
    pub fn level(self) -> Level {
        match self {
            Operator::Binary(BinaryOp::Else) => Level::Else,
            Operator::Binary(BinaryOp::Or) => Level::Or,
            Operator::Binary(BinaryOp::And) => Level::And,
            Operator::Binary(BinaryOp::Add | BinaryOp::Sub) => Level::Sum,
            Operator::Binary(BinaryOp::Mul | BinaryOp::Div) => Level::Product,
            Operator::Binary(
                BinaryOp::Is
                | BinaryOp::IsNot
                | BinaryOp::Less
                | BinaryOp::LessEq
                | BinaryOp::Greater
                | BinaryOp::GreaterEq,
            )
            | Operator::In
            | Operator::NotIn
            | Operator::Within
            | Operator::After
            | Operator::Before => Level::Compare,
        }
    }

    /// Of the text of a pair `operator`.
    pub fn meaning(written: &str) -> Meaning {
        let binary = match written {
            "+" => BinaryOp::Add,
            "-" => BinaryOp::Sub,
            "*" => BinaryOp::Mul,
            "/" => BinaryOp::Div,
            "??" => BinaryOp::Else,
            "<" => BinaryOp::Less,
            "<=" => BinaryOp::LessEq,
            ">" => BinaryOp::Greater,
            ">=" => BinaryOp::GreaterEq,
            "and" => BinaryOp::And,
            "or" => BinaryOp::Or,
            "is" => BinaryOp::Is,
            _ => return Operator::other_meaning(written),
        };
        Meaning { operator: Operator::Binary(binary), mistake: None }
    }

    fn other_meaning(written: &str) -> Meaning {
        let right = |operator| Meaning { operator, mistake: None };
        let foreign = |operator, instead| Meaning {
            operator: Operator::Binary(operator),
            mistake: Some(Mistake::Foreign(instead)),
        };
        match written {
            "in" => right(Operator::In),
            "within" => right(Operator::Within),
            "after" => right(Operator::After),
            "before" => right(Operator::Before),
            "=" | "==" | "===" => {
                Meaning { operator: Operator::Binary(BinaryOp::Is), mistake: Some(Mistake::Equals) }
            }
            "!=" | "<>" => foreign(BinaryOp::IsNot, Instead::Operator("is not")),
            "&&" => foreign(BinaryOp::And, Instead::Operator("and")),
            "||" => foreign(BinaryOp::Or, Instead::Operator("or")),
            "**" | "^" => foreign(BinaryOp::Mul, Instead::Form("`power(a, b)`")),
            "%" => foreign(
                BinaryOp::Div,
                Instead::Form("`mod(a, b)`; in a percentage `%` is glued to its number: `25%`"),
            ),
            spread if spread.starts_with("is") => right(Operator::Binary(BinaryOp::IsNot)),
            // `not in`, with anything between its words
            _ => right(Operator::NotIn),
        }
    }
}
