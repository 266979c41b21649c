//! Where quoted fields begin and end in a CSV file, read along with it: the `csv`
//! crate takes an unclosed quote to the end of the file without a word. Also tells
//! where a large file may be cut into parts.

use std::io::{self, Read};

/// How far a quoted field may reach before its quote counts as forgotten.
const LONGEST_FIELD: u64 = 16 << 20;

/// A quote that breaks the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadQuote {
    /// Byte of the file at which the field opens.
    pub opened_at: u64,
    pub kind: BadQuoteKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadQuoteKind {
    Unclosed,
    /// The closing quote is followed by this.
    Trailing(u8),
}

/// The state between two bytes of a file.
#[derive(Debug, Clone)]
pub struct Quotes {
    delimiter: u8,
    /// Of the next byte.
    offset: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    /// In a field without quotes.
    Plain,
    Quoted {
        opened_at: u64,
    },
    /// Behind a quote in a quoted field: its end, or the first of two that stand for one.
    Closing {
        opened_at: u64,
    },
}

impl Quotes {
    /// At the start of a row.
    pub fn new(delimiter: u8, offset: u64) -> Quotes {
        Quotes { delimiter, offset, state: State::FieldStart }
    }

    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), BadQuote> {
        let mut at = 0;
        while at < bytes.len() {
            at += self.step(&bytes[at..])?;
        }
        Ok(())
    }

    /// Reads on to the start of the next row; `None` if it is not in these bytes.
    pub fn feed_to_row(&mut self, bytes: &[u8]) -> Result<Option<usize>, BadQuote> {
        for at in 0..bytes.len() {
            self.step(&bytes[at..=at])?;
            if self.state == State::FieldStart && matches!(bytes[at], b'\n' | b'\r') {
                return Ok(Some(at + 1));
            }
        }
        Ok(None)
    }

    pub fn finish(&self) -> Result<(), BadQuote> {
        match self.state {
            State::Quoted { opened_at } => Err(BadQuote { opened_at, kind: BadQuoteKind::Unclosed }),
            _ => Ok(()),
        }
    }

    /// Takes in some bytes, at least one, and says how many.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, BadQuote> {
        let taken = match self.state {
            State::FieldStart if bytes[0] == b'"' => {
                self.state = State::Quoted { opened_at: self.offset };
                1
            }
            State::FieldStart | State::Plain => self.plain(bytes),
            State::Quoted { opened_at } => match memchr::memchr(b'"', bytes) {
                Some(at) => {
                    self.state = State::Closing { opened_at };
                    at + 1
                }
                None if self.offset - opened_at > LONGEST_FIELD => {
                    return Err(BadQuote { opened_at, kind: BadQuoteKind::Unclosed });
                }
                None => bytes.len(),
            },
            State::Closing { opened_at } => {
                self.state = match bytes[0] {
                    b'"' => State::Quoted { opened_at },
                    byte if self.ends_field(byte) => State::FieldStart,
                    byte => return Err(BadQuote { opened_at, kind: BadQuoteKind::Trailing(byte) }),
                };
                1
            }
        };
        self.offset += taken as u64;
        Ok(taken)
    }

    /// Up to a quote that opens a field, or to the end.
    fn plain(&mut self, bytes: &[u8]) -> usize {
        let opens = |at: usize| at > 0 && self.ends_field(bytes[at - 1]);
        let end = memchr::memchr_iter(b'"', bytes).find(|at| opens(*at)).unwrap_or(bytes.len());
        self.state = if self.ends_field(bytes[end - 1]) { State::FieldStart } else { State::Plain };
        end
    }

    fn ends_field(&self, byte: u8) -> bool {
        byte == self.delimiter || matches!(byte, b'\n' | b'\r')
    }
}

/// A reader that fails at a bad quote instead of handing on what it spoils.
pub struct Watched<R> {
    inner: R,
    quotes: Quotes,
}

impl<R: Read> Watched<R> {
    /// `offset` is the byte of the file, the start of a row, that comes next.
    pub fn new(inner: R, delimiter: u8, offset: u64) -> Watched<R> {
        Watched { inner, quotes: Quotes::new(delimiter, offset) }
    }
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        let outcome = if n == 0 { self.quotes.finish() } else { self.quotes.feed(&buffer[..n]) };
        outcome.map_err(io::Error::other)?;
        Ok(n)
    }
}

impl std::fmt::Display for BadQuote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "bad quote at byte {}", self.opened_at)
    }
}

impl std::error::Error for BadQuote {}
