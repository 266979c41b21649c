//! Files into as many parts of about equal size as there are cores, cut between rows.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use super::header::CsvFile;
use super::quotes::Quotes;
use super::rows::Part;

/// Less than this is not worth a part of its own.
const SMALLEST: u64 = 4 << 20;

/// At most `wanted` groups, at least one; in the order of the files.
pub fn cut(files: &[Arc<CsvFile>], wanted: usize) -> Vec<Vec<Part>> {
    let total: u64 = files.iter().map(|file| file.size.saturating_sub(file.body)).sum();
    cut_by(files, total.div_ceil(wanted.max(1) as u64).max(SMALLEST))
}

pub fn cut_by(files: &[Arc<CsvFile>], share: u64) -> Vec<Vec<Part>> {
    let mut groups = vec![Vec::new()];
    let mut room = share;
    for file in files {
        let mut start = file.body.min(file.size);
        while file.size - start > room {
            // where the file is broken the rest stays whole: reading it tells why
            let Some(end) = row_after(file, start, room) else { break };
            add(&mut groups, Part { file: Arc::clone(file), start, end });
            groups.push(Vec::new());
            (start, room) = (end, share);
        }
        add(&mut groups, Part { file: Arc::clone(file), start, end: file.size });
        room = room.saturating_sub(file.size - start);
    }
    groups.retain(|group| !group.is_empty());
    if groups.is_empty() { vec![Vec::new()] } else { groups }
}

fn add(groups: &mut [Vec<Part>], part: Part) {
    if let Some(group) = groups.last_mut().filter(|_| part.start < part.end) {
        group.push(part);
    }
}

/// The start of the first row at least `distance` bytes behind the row at `start`.
fn row_after(file: &CsvFile, start: u64, distance: u64) -> Option<u64> {
    let mut input = File::open(&file.file.path).ok()?;
    input.seek(SeekFrom::Start(start)).ok()?;
    let mut quotes = Quotes::new(file.delimiter, start);
    let mut buffer = vec![0; 1 << 20];
    let mut at = start;
    loop {
        let before = (start + distance).saturating_sub(at).min(buffer.len() as u64) as usize;
        let limit = if before > 0 { before } else { buffer.len() };
        let n = input.read(&mut buffer[..limit]).ok()?;
        if n == 0 {
            return None;
        }
        if before > 0 {
            quotes.feed(&buffer[..n]).ok()?;
        } else if let Some(row) = quotes.feed_to_row(&buffer[..n]).ok()? {
            return Some(at + row as u64);
        }
        at += n as u64;
    }
}
