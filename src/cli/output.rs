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

    /// The result of a command. Where whoever read it has gone (`kepi run | head -1`), the
    /// command goes on: its files and its exit code are for others.
    pub fn print(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }

    /// What is not the result; where nobody listens it is lost.
    pub fn note(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
fn colours(color: Color, terminal: bool) -> bool {
    coloured(color, terminal, |name| std::env::var(name).ok())
}

fn coloured(color: Color, terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) => false,
        Color::Auto => terminal && variable("TERM").is_some_and(|term| term != "dumb"),
    }
}

/// A terminal that does not say is as wide as most are.
fn columns() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).max(40))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(color: Color, terminal: bool, variables: &[(&str, &str)], expected: bool) {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, v)| v.to_string());
        assert_eq!(coloured(color, terminal, variable), expected, "{color:?} {terminal} {variables:?}");
    }

    #[test]
    fn colours_are_for_terminals_that_want_them() {
        let xterm = ("TERM", "xterm-256color");
        check(Color::Auto, true, &[xterm], true);
        check(Color::Auto, false, &[xterm], false);
        check(Color::Auto, true, &[("TERM", "dumb")], false);
        check(Color::Auto, true, &[], false);
        check(Color::Auto, true, &[xterm, ("NO_COLOR", "1")], false);
        // https://no-color.org: empty says nothing
        check(Color::Auto, true, &[xterm, ("NO_COLOR", "")], true);
    }

    #[test]
    fn a_flag_says_more_than_the_environment() {
        check(Color::Always, false, &[("NO_COLOR", "1")], true);
        check(Color::Never, true, &[("TERM", "xterm")], false);
    }
}
