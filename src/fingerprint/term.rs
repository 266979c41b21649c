//! Operators whose operands may be written in any order and grouping: what is equal but
//! for that has one form. A sum in floats may differ in its last digit; that is no
//! change of meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::digest::{Digest, Node};

/// An expression in its canonical form: its hash, and its operands where an operator
/// of the same kind around it takes them in.
#[derive(Debug, Clone)]
pub struct Term {
    pub digest: Digest,
    operands: Option<Rc<Operands>>,
}

#[derive(Debug)]
enum Operands {
    /// Each once: saying it twice says no more.
    And(BTreeSet<Digest>),
    Or(BTreeSet<Digest>),
    /// How often each is added, or (`true`) taken away.
    Sum(BTreeMap<(Digest, bool), u64>),
    Product(BTreeMap<Digest, u64>),
    /// Of which the opposite is the term itself.
    Not(Term),
}

impl From<Digest> for Term {
    fn from(digest: Digest) -> Term {
        Term { digest, operands: None }
    }
}

/// True where all are.
pub fn and(terms: impl IntoIterator<Item = Term>) -> Term {
    let mut all = BTreeSet::new();
    for term in terms {
        match term.operands.as_deref() {
            Some(Operands::And(inner)) => all.extend(inner),
            _ => _ = all.insert(term.digest),
        }
    }
    one_or(&all, || Term {
        digest: Node::new("and").list(all.iter().copied()).finish(),
        operands: Some(Rc::new(Operands::And(all.clone()))),
    })
}

pub fn or(terms: impl IntoIterator<Item = Term>) -> Term {
    let mut all = BTreeSet::new();
    for term in terms {
        match term.operands.as_deref() {
            Some(Operands::Or(inner)) => all.extend(inner),
            _ => _ = all.insert(term.digest),
        }
    }
    one_or(&all, || Term {
        digest: Node::new("or").list(all.iter().copied()).finish(),
        operands: Some(Rc::new(Operands::Or(all.clone()))),
    })
}

/// The opposite; of an opposite that is what it was.
pub fn not(term: Term) -> Term {
    match term.operands.as_deref() {
        Some(Operands::Not(inner)) => inner.clone(),
        _ => Term {
            digest: Node::new("not").digest(term.digest).finish(),
            operands: Some(Rc::new(Operands::Not(term))),
        },
    }
}

fn one_or(all: &BTreeSet<Digest>, several: impl FnOnce() -> Term) -> Term {
    match all.first() {
        Some(only) if all.len() == 1 => Term::from(*only),
        _ => several(),
    }
}

/// The terms added up; those with `true` are taken away.
pub fn sum(terms: impl IntoIterator<Item = (Term, bool)>) -> Term {
    let mut all: BTreeMap<(Digest, bool), u64> = BTreeMap::new();
    for (term, minus) in terms {
        match term.operands.as_deref() {
            Some(Operands::Sum(inner)) => {
                for ((digest, inner_minus), count) in inner {
                    add(&mut all, (*digest, minus != *inner_minus), *count);
                }
            }
            _ => add(&mut all, (term.digest, minus), 1),
        }
    }
    if let Some(((digest, false), 1)) = all.iter().next().filter(|_| all.len() == 1) {
        return Term::from(*digest);
    }
    let node = Node::new("sum").number(all.len() as i64);
    let node = all.iter().fold(node, |node, ((digest, minus), count)| {
        node.digest(*digest).number(i64::from(*minus)).number(*count)
    });
    Term { digest: node.finish(), operands: Some(Rc::new(Operands::Sum(all))) }
}

pub fn product(terms: impl IntoIterator<Item = Term>) -> Term {
    let mut all: BTreeMap<Digest, u64> = BTreeMap::new();
    for term in terms {
        match term.operands.as_deref() {
            Some(Operands::Product(inner)) => inner.iter().for_each(|(d, count)| add(&mut all, *d, *count)),
            _ => add(&mut all, term.digest, 1),
        }
    }
    let node = Node::new("product").number(all.len() as i64);
    let node = all.iter().fold(node, |node, (digest, count)| node.digest(*digest).number(*count));
    Term { digest: node.finish(), operands: Some(Rc::new(Operands::Product(all))) }
}

/// A chain of doublings counts higher than any number holds: then it wraps, always alike.
fn add<K: Ord>(all: &mut BTreeMap<K, u64>, key: K, count: u64) {
    let total = all.entry(key).or_default();
    *total = total.wrapping_add(count);
}
