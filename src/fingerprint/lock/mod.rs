//! `kepi.lock`: what each version of each metric meant when it was last agreed upon, and
//! what was decided about changes since. One line each, sorted, so that git merges them.
//!
//! ```text
//! win_rate v2 means 1:5f3c… aggregate=1b2c3d4e filter=… opportunities.stage=…
//! win_rate v2 accepted 1:9a07… until 2027-01-31 "the old number is in the board deck"
//! win_rate v2 corrected 1:77e1… on 2026-11-22 "open deals were counted"
//! ```

mod compare;
mod file;
mod problems;
mod record;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;

use super::digest::Digest;
use super::parts::Part;
use crate::text::Span;

pub use compare::{compare, undecided};
pub use file::{parse, write};
pub use record::{Decision, Recording, accept, correct, record};

pub const FILE: &str = "kepi.lock";

/// What git has to know of the file, so that lines of two branches are both kept.
pub const ATTRIBUTES: &str = "kepi.lock merge=union";

/// A meaning as it is recorded: with the version of the canonical form that it is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meaning {
    pub algorithm: u32,
    pub digest: Digest,
}

impl Meaning {
    pub fn now(digest: Digest) -> Meaning {
        Meaning { algorithm: super::ALGORITHM, digest }
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.algorithm, self.digest)
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lock {
    /// By name and version.
    pub versions: BTreeMap<(String, u32), Entry>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    pub recorded: Option<Recorded>,
    /// The latest is the last.
    pub accepted: Vec<Accepted>,
    pub corrected: Vec<Corrected>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub meaning: Meaning,
    /// Short hashes: they name a change, the meaning alone decides whether there is one.
    pub parts: BTreeMap<Part, String>,
    pub span: Span,
}

/// Another meaning that may stand for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    pub meaning: Meaning,
    pub until: Date,
    pub reason: String,
    pub span: Span,
}

/// The meaning before, which was wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Corrected {
    pub before: Meaning,
    pub on: Date,
    pub reason: String,
}
