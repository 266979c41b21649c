//! JSON with numbers of any length: money has more digits than a JSON library's float.

use std::fmt::{self, Display, Formatter};

use serde_json::json;

use crate::report::value::raw;
use crate::table::Value;

#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// `object([("name", text("x"))])`
pub fn object<const N: usize>(fields: [(&str, Tree); N]) -> Tree {
    Tree::Object(fields.into_iter().map(|(name, tree)| (name.to_string(), tree)).collect())
}

pub fn text(text: impl Display) -> Tree {
    Tree::Text(text.to_string())
}

/// `null` where there is nothing.
pub fn maybe<T>(value: Option<T>, tree: impl FnOnce(T) -> Tree) -> Tree {
    value.map_or(Tree::Null, tree)
}

pub fn list<T>(items: impl IntoIterator<Item = T>, tree: impl FnMut(T) -> Tree) -> Tree {
    Tree::List(items.into_iter().map(tree).collect())
}

pub fn count(number: impl Display) -> Tree {
    Tree::Number(number.to_string())
}

/// A number with all its digits; everything else by its name; `null` for no value.
pub fn scalar(value: &Value) -> Tree {
    match (value, raw(value)) {
        (_, None) | (Value::NoMember, _) => Tree::Null,
        (Value::Bool(b), _) => Tree::Bool(*b),
        (Value::Float(x), _) => Tree::Number(json!(x + 0.0).to_string()),
        (Value::Int(_) | Value::Decimal { .. }, Some(digits)) => Tree::Number(digits),
        (_, Some(text)) => Tree::Text(text),
    }
}

impl Tree {
    fn is_leaf(&self) -> bool {
        match self {
            Tree::List(items) => items.is_empty(),
            Tree::Object(fields) => fields.is_empty(),
            _ => true,
        }
    }

    /// What holds nothing but leaves stands in one line.
    fn is_flat(&self) -> bool {
        match self {
            Tree::List(items) => items.iter().all(Tree::is_leaf),
            Tree::Object(fields) => fields.iter().all(|(_, tree)| tree.is_leaf()),
            _ => true,
        }
    }

    fn write(&self, f: &mut Formatter<'_>, depth: usize) -> fmt::Result {
        match self {
            Tree::Null => f.write_str("null"),
            Tree::Bool(b) => write!(f, "{b}"),
            Tree::Number(digits) => f.write_str(digits),
            Tree::Text(text) => write!(f, "{}", json!(text)),
            Tree::List(items) => {
                let items = items.iter().map(|item| (None, item));
                self.write_all(f, depth, ('[', ']'), items)
            }
            Tree::Object(fields) => {
                let fields = fields.iter().map(|(name, tree)| (Some(name), tree));
                self.write_all(f, depth, ('{', '}'), fields)
            }
        }
    }

    fn write_all<'a>(
        &self,
        f: &mut Formatter<'_>,
        depth: usize,
        (open, close): (char, char),
        children: impl ExactSizeIterator<Item = (Option<&'a String>, &'a Tree)>,
    ) -> fmt::Result {
        let empty = children.len() == 0;
        let flat = self.is_flat();
        let (open, close) = if flat && !empty && open == '{' {
            ("{ ", " }".to_string())
        } else {
            (if open == '{' { "{" } else { "[" }, close.to_string())
        };
        f.write_str(open)?;
        for (at, (name, child)) in children.enumerate() {
            match (flat, at) {
                (true, 0) => {}
                (true, _) => f.write_str(", ")?,
                (false, at) => write!(f, "{}\n{}", if at > 0 { "," } else { "" }, "  ".repeat(depth + 1))?,
            }
            if let Some(name) = name {
                write!(f, "{}: ", json!(name))?;
            }
            child.write(f, depth + 1)?;
        }
        if !flat {
            write!(f, "\n{}", "  ".repeat(depth))?;
        }
        f.write_str(&close)
    }
}

impl Display for Tree {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}
