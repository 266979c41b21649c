//! What the output goes to, as plain values: its width and whether it has colours.

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Screen {
    /// In columns; `None`: no limit, as of a file.
    pub width: Option<usize>,
    pub colour: bool,
}

impl Screen {
    pub fn bold(&self, text: &str) -> String {
        self.styled(text, "1")
    }

    pub fn dim(&self, text: &str) -> String {
        self.styled(text, "2")
    }

    pub fn red(&self, text: &str) -> String {
        self.styled(text, "1;31")
    }

    pub fn green(&self, text: &str) -> String {
        self.styled(text, "32")
    }

    pub fn yellow(&self, text: &str) -> String {
        self.styled(text, "1;33")
    }

    /// Bad news that is no mistake.
    pub fn bad(&self, text: &str) -> String {
        self.styled(text, "31")
    }

    fn styled(&self, text: &str, code: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_string() }
    }
}
