//! A hash of something in its canonical form, and how one is made: from a tag that says
//! what it is, and the parts that matter, in an order that does not depend on the author.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// 128 bits of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The first digits: enough to see that two differ, not to prove that they are equal.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl FromStr for Digest {
    type Err = ();

    fn from_str(text: &str) -> Result<Digest, ()> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
            return Err(());
        }
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| ())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ())?;
        }
        Ok(Digest(bytes))
    }
}

/// A node of the canonical form while it is put together. Every part is preceded by its
/// length, so that no two nodes with different parts are written alike.
pub struct Node(Vec<u8>);

impl Node {
    pub fn new(tag: &str) -> Node {
        Node(Vec::with_capacity(128)).text(tag)
    }

    pub fn text(self, text: &str) -> Node {
        self.bytes(text.as_bytes())
    }

    pub fn number(self, number: impl Into<i128>) -> Node {
        self.bytes(&number.into().to_be_bytes())
    }

    pub fn digest(self, digest: Digest) -> Node {
        self.bytes(&digest.0)
    }

    /// In this order.
    pub fn list(self, digests: impl IntoIterator<Item = Digest>) -> Node {
        let digests: Vec<Digest> = digests.into_iter().collect();
        digests.iter().fold(self.number(digests.len() as i64), |node, digest| node.digest(*digest))
    }

    /// In no order, each once.
    pub fn set(self, digests: impl IntoIterator<Item = Digest>) -> Node {
        self.list(digests.into_iter().collect::<std::collections::BTreeSet<_>>())
    }

    /// There or not.
    pub fn maybe(self, digest: Option<Digest>) -> Node {
        self.list(digest)
    }

    pub fn finish(self) -> Digest {
        let full: [u8; 32] = Sha256::digest(&self.0).into();
        let mut half = [0; 16];
        half.copy_from_slice(&full[..16]);
        Digest(half)
    }

    fn bytes(mut self, bytes: &[u8]) -> Node {
        self.0.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }
}
