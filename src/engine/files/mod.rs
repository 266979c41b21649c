//! Which files a source's rows are in: a path, a folder or a glob to a sorted list.
//! Nothing is passed over silently that may hold rows.

mod walk;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::check::FileFormat;
use crate::diagnostic::nearest;

use super::error::Error;
use super::open::list;
use walk::{Found, format_of};

/// Where a source, or a profile, says that the rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub format: Option<FileFormat>,
    /// A file, a folder or a glob; absolute or relative to a base.
    pub pattern: String,
    /// Of CSV files; otherwise a comma, or a tab where the file is called `.tsv`.
    pub delimiter: Option<u8>,
}

/// The files that make up one table, all of one format; at least one, sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSet {
    pub format: FileFormat,
    pub files: Vec<DataFile>,
    pub delimiter: Option<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    pub path: PathBuf,
    /// As it is named in messages: relative to the base, if it lies there.
    pub shown: String,
    /// What its folders say (`region=EU`), decoded; `None` stands for a missing value.
    pub partition: Vec<(String, Option<String>)>,
}

/// The files of a location.
pub fn find(location: &Location, base: &Path) -> Result<FileSet, Error> {
    local(&location.pattern)?;
    let path = base.join(&location.pattern);
    // a name that exists is meant as it stands, whatever signs are in it
    let found = match fs::metadata(&path) {
        Ok(_) => walk::all(&path, base, location.format)?,
        Err(_) if !base.is_dir() && Path::new(&location.pattern).is_relative() => {
            return Err(no_data_folder(base, &location.pattern));
        }
        Err(_) if location.pattern.contains(['*', '?', '[']) => walk::glob(location, base)?,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Err(nothing_at(&path, base)),
        Err(e) => return Err(unreadable(&shown(&path, base), &e)),
    };
    file_set(found, location, &shown(&path, base))
}

/// The files of a source that does not say where they are: `<source>.parquet`,
/// `<source>.csv`, `<source>.tsv`, or a folder `<source>` of either, in the data folder.
pub fn find_by_name(data_dir: &Path, source: &str) -> Result<FileSet, Error> {
    local(&data_dir.to_string_lossy())?;
    let base = data_dir.parent().unwrap_or(data_dir);
    let folder = shown(data_dir, base);
    if !data_dir.is_dir() {
        return Err(no_data_folder(data_dir, source));
    }
    let names = walk::names(data_dir).map_err(|e| unreadable(&folder, &e))?;
    let fits = |name: &&String| {
        let stem = Path::new(name.as_str()).file_stem().is_some_and(|stem| stem == source);
        name.as_str() == source || (stem && format_of(Path::new(name.as_str())).is_some())
    };
    let candidates: Vec<String> = names.iter().filter(fits).cloned().collect();
    match candidates.as_slice() {
        [] => Err(nothing_named(source, &folder, &names)),
        [name] => {
            let location = Location { format: None, pattern: name.clone(), delimiter: None };
            let path = data_dir.join(name);
            file_set(walk::all(&path, base, None)?, &location, &shown(&path, base))
        }
        several => Err(Error::new(format!("`{source}` could be {} in `{folder}`", list(several)))
            .help(format!("keep one of them, or say which: `source {source} from \"{}\"`", several[0]))),
    }
}

/// Other places than the file system are answered, not looked for in it.
fn local(path: &str) -> Result<(), Error> {
    let Some(colon) = path.find("://") else { return Ok(()) };
    let start = path[..colon].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + 1);
    let (scheme, pattern) = (&path[start..colon], &path[start..]);
    let error = Error::new(format!("`{pattern}` is not on this machine: Kepi reads local files"));
    Err(error.help(match scheme {
        "file" => "write the path without `file://`".to_owned(),
        "s3" => {
            let folder = match pattern.rsplit_once('/') {
                Some((folder, name)) if name.contains(['*', '.']) => folder,
                _ => pattern,
            };
            format!("copy the files first (`aws s3 sync {folder} data`) and name the folder")
        }
        _ => "copy the files to this machine first and name the folder".to_owned(),
    }))
}

/// One format, no file twice.
fn file_set(mut found: Vec<Found>, location: &Location, asked: &str) -> Result<FileSet, Error> {
    found.sort_by(|a, b| a.file.path.cmp(&b.file.path));
    let Some(first) = found.first() else { return Err(Error::new(format!("there is no data in `{asked}`"))) };
    if let Some(other) = found.iter().find(|f| f.format != first.format) {
        let error = Error::new(format!(
            "`{asked}` holds CSV and Parquet files: `{}` and `{}`",
            first.file.shown, other.file.shown
        ));
        return Err(error.help("keep one kind, or name the files with a glob such as `*.parquet`"));
    }
    let mut seen: HashMap<PathBuf, &DataFile> = HashMap::new();
    for Found { file, .. } in &found {
        let real = fs::canonicalize(&file.path).map_err(|e| file.unreadable(&e))?;
        if let Some(same) = seen.insert(real, file) {
            let error = Error::new(format!("`{}` and `{}` are the same file", same.shown, file.shown));
            return Err(
                error.help("its rows would count twice: name the files with a glob that leaves the link out")
            );
        }
    }
    let format = first.format;
    Ok(FileSet { format, files: found.into_iter().map(|f| f.file).collect(), delimiter: location.delimiter })
}

impl FileSet {
    pub fn delimiter_of(&self, file: &DataFile) -> u8 {
        let tabs = file.path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv"));
        self.delimiter.unwrap_or(if tabs { b'\t' } else { b',' })
    }
}

impl DataFile {
    pub fn unreadable(&self, error: &io::Error) -> Error {
        unreadable(&self.shown, error)
    }
}

fn unreadable(shown: &str, error: &io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::NotFound => "the file is gone".to_owned(),
        io::ErrorKind::PermissionDenied => "the file may not be read: permission denied".to_owned(),
        _ => format!("the file cannot be read: {error}"),
    };
    Error::new(what).file(shown)
}

/// A path for people: relative to the base, with `/`.
fn shown(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    let text = path.to_string_lossy().replace('\\', "/");
    if text.is_empty() { ".".to_owned() } else { text }
}

/// Says how far the path leads, and what is there.
fn nothing_at(path: &Path, base: &Path) -> Error {
    let error = Error::new(format!("there is no `{}`", shown(path, base)));
    if path.is_symlink() {
        return error.help("it is a link to a file that is gone");
    }
    let there = path.ancestors().skip(1).find(|folder| folder.is_dir());
    let Some(folder) = there else { return error };
    let missing = path.strip_prefix(folder).ok().and_then(|rest| rest.components().next());
    let missing = missing.map(|c| c.as_os_str().to_string_lossy().into_owned()).unwrap_or_default();
    error.help(what_is_there(&shown(folder, base), &missing, &walk::names(folder).unwrap_or_default()))
}

fn no_data_folder(data_dir: &Path, wanted: &str) -> Error {
    let folder = shown(data_dir, data_dir.parent().unwrap_or(data_dir));
    let error = match data_dir.exists() {
        true => format!("the data folder `{folder}`, where `{wanted}` is looked for, is a file"),
        false => format!("there is no data folder `{folder}`, where `{wanted}` is looked for"),
    };
    Error::new(error).help("set `data` in kepi.toml, or say where with `--data`")
}

fn nothing_named(source: &str, folder: &str, names: &[String]) -> Error {
    let error = Error::new(format!(
        "there is no data for `{source}`: no `{source}.parquet`, `{source}.csv`, `{source}.tsv` or folder `{source}` in `{folder}`"
    ));
    let packed =
        |name: &&String| name.starts_with(&format!("{source}.")) && walk::is_packed(Path::new(name.as_str()));
    if let Some(packed) = names.iter().find(packed) {
        return error.help(format!("`{packed}` is packed: unpack it first"));
    }
    let stems: Vec<String> = names.iter().map(|name| stem(name)).collect();
    let same = stems.iter().position(|stem| stem.eq_ignore_ascii_case(source));
    let close = nearest(source, stems.iter().map(String::as_str));
    match same.or_else(|| stems.iter().position(|stem| Some(stem.as_str()) == close)) {
        Some(i) => {
            error.help(format!("did you mean `{0}`? then declare `source {source} from \"{0}\"`", names[i]))
        }
        None => error.help(what_is_there(folder, "", names)),
    }
}

fn stem(name: &str) -> String {
    Path::new(name).file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

fn what_is_there(folder: &str, wanted: &str, names: &[String]) -> String {
    if names.is_empty() {
        return format!("the folder `{folder}` is empty");
    }
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(close) => format!("did you mean `{close}`? it is in `{folder}`"),
        None => format!("`{folder}` has {}", list(names)),
    }
}
