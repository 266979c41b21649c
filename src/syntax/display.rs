//! The tree as text, for `kepi debug ast` and the tests: nested lists, a line each
//! where one is not enough. Places are left out.

mod declarations;
mod expressions;
mod test;
mod thresholds;

use super::ast;

/// A file's tree, a declaration after the other.
pub fn display(file: &ast::File) -> String {
    let mut out = String::new();
    for decl in &file.decls {
        declarations::decl(decl).write(&mut out, 0);
        out.push('\n');
    }
    out
}

/// One expression on as many lines as it needs.
pub fn display_expression(value: &ast::Expr) -> String {
    let mut out = String::new();
    expressions::expr(value).write(&mut out, 0);
    out
}

const WIDTH: usize = 100;

/// A word, or a list that begins with what it is.
enum Node {
    Atom(String),
    List(Vec<Node>),
}

fn atom(text: impl Into<String>) -> Node {
    Node::Atom(text.into())
}

/// `(head a b …)`
fn list(head: &str, rest: impl IntoIterator<Item = Node>) -> Node {
    Node::List(std::iter::once(atom(head)).chain(rest).collect())
}

fn quoted(text: &str) -> Node {
    atom(format!("{text:?}"))
}

impl Node {
    /// On one line.
    fn flat(&self) -> String {
        match self {
            Node::Atom(text) => text.clone(),
            Node::List(nodes) => {
                let nodes: Vec<String> = nodes.iter().map(Node::flat).collect();
                format!("({})", nodes.join(" "))
            }
        }
    }

    fn write(&self, out: &mut String, indent: usize) {
        let flat = self.flat();
        match self {
            Node::List(nodes) if indent + flat.chars().count() > WIDTH => write_lines(nodes, out, indent),
            _ => out.push_str(&flat),
        }
    }
}

/// The atoms a list begins with on its first line, every other node on one of its own.
fn write_lines(nodes: &[Node], out: &mut String, indent: usize) {
    let atoms = nodes.iter().take_while(|node| matches!(node, Node::Atom(_))).count();
    let head: Vec<String> = nodes[..atoms].iter().map(Node::flat).collect();
    out.push('(');
    out.push_str(&head.join(" "));
    for node in &nodes[atoms..] {
        out.push('\n');
        out.push_str(&" ".repeat(indent + 2));
        node.write(out, indent + 2);
    }
    out.push(')');
}
