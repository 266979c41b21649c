//! Places as the protocol counts them: lines from 0, columns from 0 in UTF-16.

use lsp_types::{Position, Range};

use crate::text::{SourceFile, Span};

pub fn range(file: &SourceFile, span: Span) -> Range {
    Range { start: position(file, span.start), end: position(file, span.end) }
}

pub fn position(file: &SourceFile, offset: u32) -> Position {
    let offset = file.text.floor_char_boundary(offset as usize);
    let (line, start) = file.line_at(offset as u32);
    let column: usize = file.text[start as usize..offset].chars().map(char::len_utf16).sum();
    Position { line: line as u32, character: column as u32 }
}

/// Behind the end of a line it is that end, and within a character its beginning.
pub fn offset(file: &SourceFile, position: Position) -> u32 {
    let start = file.line_start(position.line as usize);
    let rest = &file.text[start as usize..];
    let line = rest.split('\n').next().unwrap_or(rest).trim_end_matches('\r');
    let mut left = position.character as usize;
    for (at, c) in line.char_indices() {
        if left < c.len_utf16() {
            return start + at as u32;
        }
        left -= c.len_utf16();
    }
    start + line.len() as u32
}

#[cfg(test)]
mod tests {
    use super::{offset, position};
    use crate::text::{FileId, SourceFile};
    use lsp_types::Position;

    /// `赢` has three bytes and one unit, `🚀` four bytes and two units.
    #[test]
    fn columns_count_in_utf_16() {
        let file = SourceFile::new(FileId(0), "a.kpi", "ab\r\n  also \"赢率🚀\", \"x\"\n");
        let place = |line, character| Position { line, character };
        for (at, expected) in [
            (0, place(0, 0)),
            (4, place(1, 0)),
            (12, place(1, 8)),
            (15, place(1, 9)),
            (18, place(1, 10)),
            (22, place(1, 12)),
            (25, place(1, 15)),
        ] {
            assert_eq!(position(&file, at), expected, "of offset {at}");
            assert_eq!(offset(&file, expected), at, "of {expected:?}");
        }
        assert_eq!(offset(&file, place(0, 99)), 2, "behind the end of a line");
        assert_eq!(offset(&file, place(1, 11)), 18, "in the middle of a character");
        assert_eq!(offset(&file, place(9, 0)), file.text.len() as u32, "behind the end");
        assert_eq!(position(&file, 13), place(1, 8), "within the bytes of a character");
    }
}
