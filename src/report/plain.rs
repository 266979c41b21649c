//! Text of an author or of the data as nothing but text: what it might do to a terminal,
//! a workflow's log or the direction of writing is gone.

/// With every character in its place, so that columns stay as wide as they were.
pub fn plain(text: &str) -> String {
    let plain = |c: char| match c {
        c if c.is_control() => ' ',
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        // no character of XML
        '\u{fffe}' | '\u{ffff}' => ' ',
        c => c,
    };
    let text: String = text.chars().map(plain).collect();
    // the older form of a command, which GitHub's runner finds anywhere in a line
    text.replace("##[", "## [")
}

/// In one line, with one blank between words.
pub fn line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
