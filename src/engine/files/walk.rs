//! Through folders: hidden names are left out, links are followed but never in a
//! circle, and `key=value` in a folder's name is a column.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::check::FileFormat;

use super::super::error::Error;
use super::super::open::list;
use super::{DataFile, Location, shown, unreadable};

/// What hive and Spark call a folder for the rows without a value.
const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

pub struct Found {
    pub file: DataFile,
    pub format: FileFormat,
}

/// By the ending, whatever its case.
pub fn format_of(path: &Path) -> Option<FileFormat> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => Some(FileFormat::Csv),
        "parquet" | "pq" => Some(FileFormat::Parquet),
        _ => None,
    }
}

/// The file itself, or all data files below the folder.
pub fn all(path: &Path, base: &Path, format: Option<FileFormat>) -> Result<Vec<Found>, Error> {
    if !path.is_dir() {
        let known = format.or_else(|| format_of(path));
        let format = known.ok_or_else(|| unknown_format(path, base))?;
        return Ok(vec![Found { file: data_file(path, base), format }]);
    }
    let mut found = Vec::new();
    folder(path, base, &mut Vec::new(), &mut found)?;
    if let Some(format) = format {
        found.retain(|f: &Found| f.format == format);
    }
    if found.is_empty() {
        return Err(no_data_in(path, base));
    }
    Ok(found)
}

/// The files, and all data files below the folders, that a pattern matches.
pub fn glob(location: &Location, base: &Path) -> Result<Vec<Found>, Error> {
    let absolute = Path::new(&location.pattern).is_absolute();
    let prefix = glob::Pattern::escape(&base.to_string_lossy());
    let pattern = if absolute { location.pattern.clone() } else { format!("{prefix}/{}", location.pattern) };
    let options = glob::MatchOptions {
        case_sensitive: false,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let paths = glob::glob_with(&pattern, options)
        .map_err(|e| Error::new(format!("`{}` is not a pattern: {}", location.pattern, e.msg)))?;
    let mut found = Vec::new();
    let mut others = BTreeSet::new();
    for path in paths {
        let path = path.map_err(|e| unreadable(&shown(e.path(), base), e.error()))?;
        if hidden_below(&path, base, &location.pattern) || in_circle(&path, base) {
            continue;
        }
        if path.is_dir() {
            folder(&path, base, &mut Vec::new(), &mut found)?;
        } else if let Some(format) = location.format.or_else(|| format_of(&path)) {
            found.push(Found { file: data_file(&path, base), format });
        } else {
            refuse_packed(&path, base)?;
            others.insert(shown(&path, base));
        }
    }
    // a folder and the files in it may both match
    found.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    found.dedup_by(|a, b| a.file.path == b.file.path);
    if found.is_empty() {
        return Err(no_match(location, base, others));
    }
    Ok(found)
}

/// The names in a folder that are not hidden, sorted.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !hidden(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn hidden(name: &str) -> bool {
    // a partition by a column called `_x` is no hidden folder
    name.starts_with('.') || (name.starts_with('_') && !name.contains('='))
}

/// Whether a pattern led to a name that is hidden and that it does not itself spell so.
fn hidden_below(path: &Path, base: &Path, pattern: &str) -> bool {
    let below = path.strip_prefix(base).unwrap_or(path);
    let spelt = |name: &str| pattern.split('/').any(|part| part.starts_with(&name[..1]));
    below.iter().map(|part| part.to_string_lossy()).any(|name| hidden(&name) && !spelt(&name))
}

/// Whether one of the folders is a link back to a folder that it lies in.
fn in_circle(path: &Path, base: &Path) -> bool {
    let mut folders = path.ancestors().skip(1).take_while(|folder| folder.starts_with(base));
    folders.any(|folder| {
        let real = |path: &Path| fs::canonicalize(path).ok();
        folder.is_symlink()
            && folder
                .parent()
                .and_then(real)
                .zip(real(folder))
                .is_some_and(|(lies_in, to)| lies_in.starts_with(to))
    })
}

/// `above` holds the real paths of the folders that led here.
fn folder(path: &Path, base: &Path, above: &mut Vec<PathBuf>, found: &mut Vec<Found>) -> Result<(), Error> {
    let fail = |e: io::Error| unreadable(&shown(path, base), &e);
    let real = fs::canonicalize(path).map_err(fail)?;
    if above.contains(&real) {
        return Ok(());
    }
    refuse_versioned(path, base)?;
    above.push(real);
    for entry in fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if hidden(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() {
            folder(&path, base, above, found)?;
        } else if let Some(format) = format_of(&path) {
            found.push(Found { file: data_file(&path, base), format });
        } else {
            refuse_packed(&path, base)?;
        }
    }
    above.pop();
    Ok(())
}

/// Tables that keep the files of older versions beside those that count.
fn refuse_versioned(path: &Path, base: &Path) -> Result<(), Error> {
    let kinds =
        [("_delta_log", "Delta Lake"), (".hoodie", "Hudi"), ("metadata/version-hint.text", "Iceberg")];
    let Some((_, kind)) = kinds.iter().find(|(mark, _)| path.join(mark).exists()) else { return Ok(()) };
    let error = Error::new(format!(
        "`{}` is a table of {kind}: some of its files no longer count",
        shown(path, base)
    ));
    Err(error.help("write the table's present rows to plain Parquet files first"))
}

/// Packed data beside data would be missing without a word.
fn refuse_packed(path: &Path, base: &Path) -> Result<(), Error> {
    if is_packed(path) { Err(unknown_format(path, base)) } else { Ok(()) }
}

/// Whether it would be data, were it unpacked.
pub fn is_packed(path: &Path) -> bool {
    let packed = ["gz", "zst", "bz2", "xz", "zip", "lz4", "br"];
    let ending = path.extension().is_some_and(|e| packed.iter().any(|p| e.eq_ignore_ascii_case(p)));
    ending && path.file_stem().is_some_and(|stem| format_of(Path::new(stem)).is_some())
}

fn unknown_format(path: &Path, base: &Path) -> Error {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    let error = |what: &str| Error::new(what).file(shown(path, base));
    match extension.as_str() {
        "gz" | "zst" | "bz2" | "xz" | "zip" | "lz4" | "br" => {
            error("packed files are not read").help("unpack it first")
        }
        "xlsx" | "xls" | "ods" => error("workbooks are not read").help("save the sheet as CSV (UTF-8)"),
        "json" | "jsonl" | "ndjson" | "avro" | "orc" | "arrow" | "feather" => {
            error(&format!("`.{extension}` files are not read")).help("convert it to CSV or Parquet")
        }
        _ => error("the name does not say whether this is CSV or Parquet")
            .help("say it: `from csv \"…\"` or `from parquet \"…\"`"),
    }
}

fn no_data_in(path: &Path, base: &Path) -> Error {
    let folder = shown(path, base);
    let error = Error::new(format!("there is no CSV or Parquet file in the folder `{folder}`"));
    match names(path).unwrap_or_default() {
        names if names.is_empty() => error.help("the folder is empty"),
        names => error.help(format!("it has {}", list(&names))),
    }
}

fn no_match(location: &Location, base: &Path, others: BTreeSet<String>) -> Error {
    let error = Error::new(format!("no data file matches `{}`", location.pattern));
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        let are = if others.len() == 1 {
            "is neither CSV nor Parquet by its name"
        } else {
            "are neither CSV nor Parquet by their names"
        };
        return error.help(format!("it matches {}, which {are}: say which: `from csv \"…\"`", list(&others)));
    }
    // the folder that the pattern is sure of
    let sure: PathBuf = Path::new(&location.pattern)
        .iter()
        .take_while(|c| !c.to_string_lossy().contains(['*', '?', '[']))
        .collect();
    let folder = base.join(sure);
    match names(&folder) {
        Ok(names) if names.is_empty() => {
            error.help(format!("the folder `{}` is empty", shown(&folder, base)))
        }
        Ok(names) => error.help(format!("`{}` has {}", shown(&folder, base), list(&names))),
        Err(_) => error.help(format!("there is no folder `{}`", shown(&folder, base))),
    }
}

fn data_file(path: &Path, base: &Path) -> DataFile {
    let below = path.strip_prefix(base).unwrap_or(path);
    let folders = below.parent().into_iter().flat_map(Path::iter);
    let partition = folders.filter_map(|folder| pair(&folder.to_string_lossy())).collect();
    DataFile { path: path.to_owned(), shown: shown(path, base), partition }
}

/// `region=EU%2FX` as `region` and `EU/X`.
fn pair(folder: &str) -> Option<(String, Option<String>)> {
    let (key, value) = folder.split_once('=')?;
    let value = (value != NO_VALUE && !value.is_empty()).then(|| decoded(value));
    Some((decoded(key), value))
}

/// `%2F` as `/`; what is no such code stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code =
            bytes.get(at + 1..at + 3).filter(|_| bytes[at] == b'%').and_then(|c| std::str::from_utf8(c).ok());
        match code
            .filter(|c| c.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|c| u8::from_str_radix(c, 16).ok())
        {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}
