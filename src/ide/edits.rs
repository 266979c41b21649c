//! A new version of a text as edits of whole lines, so that an editor keeps its cursor.

use similar::{DiffTag, TextDiff};

use crate::diagnostic::Edit;
use crate::text::{SourceFile, Span};

/// In order; none where both are equal.
pub fn line_edits(file: &SourceFile, new: &str) -> Vec<Edit> {
    let diff = TextDiff::from_lines(file.text.as_str(), new);
    let (old_lines, new_lines) = (diff.old_slices(), diff.new_slices());
    let mut starts = vec![0];
    for line in old_lines {
        starts.push(starts[starts.len() - 1] + line.len());
    }
    let changes = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edit = |op: &similar::DiffOp| {
        let (old, new) = (op.old_range(), op.new_range());
        let span = Span::new(file.id, starts[old.start], starts[old.end]);
        Edit { span, replacement: new_lines[new].concat() }
    };
    changes.map(edit).collect()
}
