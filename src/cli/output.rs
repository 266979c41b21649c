//! Standard output and standard error: what may go there, and how wide and
//! colourful. Results go to the one, everything else to the other.

use std::io::{self, IsTerminal, Write};

use super::Color;
use crate::report::Screen;

pub struct Output {
    pub result: Screen,
    pub error: Screen,
}

impl Output {
    pub fn new(color: Color) -> Output {
        let (out, err) = (io::stdout().is_terminal(), io::stderr().is_terminal());
        let width = |terminal: bool| terminal.then(columns);
        Output {
            result: Screen { width: width(out), colour: colours(color, out) },
            error: Screen { width: width(err), colour: colours(color, err) },
        }
    }

    /// Whether somebody looks at what is not the result.
    pub fn watched(&self) -> bool {
        // only a terminal has a width
        self.error.width.is_some()
    }

    /// The result of a command.
    pub fn print(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// What is not the result; where nobody listens it is lost.
    pub fn note(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn colours(color: Color, terminal: bool) -> bool {
    let set = |name| std::env::var(name).is_ok_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto => terminal && std::env::var("TERM").is_ok_and(|term| term != "dumb"),
    }
}

/// A terminal that does not say is as wide as most are.
fn columns() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40))
}
