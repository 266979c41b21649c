//! Which files are found, and what is said where none are.

use std::os::unix::fs::symlink;

use super::*;
use crate::engine::testing::Folder;

fn found(files: Result<FileSet, Error>) -> String {
    match files {
        Ok(set) => set.files.iter().map(|file| file.shown.clone()).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

fn folder(names: &[&str]) -> Folder {
    let folder = Folder::new();
    for name in names {
        folder.write(name, "");
    }
    folder
}

fn find_as(folder: &Folder, format: Option<FileFormat>, pattern: &str) -> String {
    let location = Location { format, pattern: pattern.to_owned(), delimiter: None };
    found(find(&location, folder.path()))
}

#[test]
fn a_file_a_folder_a_glob() {
    let folder = folder(&[
        "d/b.csv",
        "d/a.CSV",
        "d/.hidden.csv",
        "d/_log.csv",
        "d/README.md",
        "d/e/c.csv",
        "d/_x/d.csv",
    ]);
    let check =
        |pattern: &str, expected: &str| assert_eq!(find_as(&folder, None, pattern), expected, "{pattern}");
    check("d/b.csv", "d/b.csv");
    check("d", "d/a.CSV d/b.csv d/e/c.csv");
    check("d/", "d/a.CSV d/b.csv d/e/c.csv");
    check("./d/b.csv", "d/b.csv");
    check("d/*.csv", "d/a.CSV d/b.csv");
    check("d/**/*.csv", "d/a.CSV d/b.csv d/e/c.csv");
    check("*/[ab].csv", "d/a.CSV d/b.csv");
    check("d/*", "d/a.CSV d/b.csv d/e/c.csv");
    check("d/.hidden.csv", "d/.hidden.csv");
    check("d/_*.csv", "d/_log.csv");
    let absolute = folder.path().join("d/*.csv");
    check(absolute.to_str().expect("text"), "d/a.CSV d/b.csv");
}

#[test]
fn formats() {
    let folder = folder(&[
        "a.txt",
        "b.dat",
        "c.csv.gz",
        "d.xlsx",
        "e.json",
        "mixed/a.csv",
        "mixed/b.parquet",
        "packed/a.csv",
        "packed/b.csv.gz",
    ]);
    let check =
        |format, pattern: &str, expected: &str| assert_eq!(find_as(&folder, format, pattern), expected);
    check(Some(FileFormat::Csv), "a.txt", "a.txt");
    check(Some(FileFormat::Csv), "*.txt", "a.txt");
    check(
        None,
        "b.dat",
        "b.dat: the name does not say whether this is CSV or Parquet\n  help: say it: `from csv \"…\"` or `from parquet \"…\"`",
    );
    check(
        None,
        "*.dat",
        "no data file matches `*.dat`\n  help: it matches `b.dat`, which is neither CSV nor Parquet by its name: say which: `from csv \"…\"`",
    );
    check(None, "c.csv.gz", "c.csv.gz: packed files are not read\n  help: unpack it first");
    check(None, "d.xlsx", "d.xlsx: workbooks are not read\n  help: save the sheet as CSV (UTF-8)");
    check(None, "e.json", "e.json: `.json` files are not read\n  help: convert it to CSV or Parquet");
    check(
        None,
        "mixed",
        "`mixed` holds CSV and Parquet files: `mixed/a.csv` and `mixed/b.parquet`\n  help: keep one kind, or name the files with a glob such as `*.parquet`",
    );
    check(None, "mixed/*.csv", "mixed/a.csv");
    check(Some(FileFormat::Parquet), "mixed", "mixed/b.parquet");
    check(None, "packed", "packed/b.csv.gz: packed files are not read\n  help: unpack it first");
}

/// A folder of such a table also holds rows that were deleted or changed since.
#[test]
fn tables_with_versions() {
    let folder = folder(&["d/_delta_log/0.json", "d/a.parquet", "out.csv/part-0.csv", "out.csv/_SUCCESS"]);
    let check = |pattern: &str, expected: &str| assert_eq!(find_as(&folder, None, pattern), expected);
    check(
        "d",
        "`d` is a table of Delta Lake: some of its files no longer count\n  help: write the table's present rows to plain Parquet files first",
    );
    check("out.csv", "out.csv/part-0.csv");
}

#[test]
fn nothing_there() {
    let folder = folder(&["data/opportunities.csv", "data/reps.csv", "docs/notes.md"]);
    std::fs::create_dir(folder.path().join("empty")).expect("a folder");
    let check = |pattern: &str, expected: &str| assert_eq!(find_as(&folder, None, pattern), expected);
    check(
        "data/oportunities.csv",
        "there is no `data/oportunities.csv`\n  help: did you mean `opportunities.csv`? it is in `data`",
    );
    check(
        "data/quotas.parquet",
        "there is no `data/quotas.parquet`\n  help: `data` has `opportunities.csv`, `reps.csv`",
    );
    check("nowhere/x.csv", "there is no `nowhere/x.csv`\n  help: `.` has `data`, `docs`, `empty`");
    check("empty/x.csv", "there is no `empty/x.csv`\n  help: the folder `empty` is empty");
    check("empty", "there is no CSV or Parquet file in the folder `empty`\n  help: the folder is empty");
    check("docs", "there is no CSV or Parquet file in the folder `docs`\n  help: it has `notes.md`");
    check(
        "data/*.parquet",
        "no data file matches `data/*.parquet`\n  help: `data` has `opportunities.csv`, `reps.csv`",
    );
    check("dta/*.csv", "no data file matches `dta/*.csv`\n  help: there is no folder `dta`");
    check("empty/*.csv", "no data file matches `empty/*.csv`\n  help: the folder `empty` is empty");
    check("data/[.csv", "`data/[.csv` is not a pattern: invalid range pattern");
}

#[test]
fn no_data_folder() {
    let folder = folder(&["deals.csv"]);
    let check = |base: &str, pattern: &str, expected: &str| {
        let location = Location { format: None, pattern: pattern.to_owned(), delimiter: None };
        let help = "help: set `data` in kepi.toml, or say where with `--data`";
        assert_eq!(found(find(&location, &folder.path().join(base))), format!("{expected}\n  {help}"));
    };
    check("data", "deals.csv", "there is no data folder `data`, where `deals.csv` is looked for");
    check("data", "*.csv", "there is no data folder `data`, where `*.csv` is looked for");
    check(
        "deals.csv",
        "deals.csv",
        "the data folder `deals.csv`, where `deals.csv` is looked for, is a file",
    );
}

#[test]
fn elsewhere() {
    let folder = Folder::new();
    let check = |pattern: &str, expected: &str| assert_eq!(find_as(&folder, None, pattern), expected);
    check(
        "s3://acme/sales/*.parquet",
        "`s3://acme/sales/*.parquet` is not on this machine: Kepi reads local files\n  help: copy the files first (`aws s3 sync s3://acme/sales data`) and name the folder",
    );
    check(
        "https://x.org/a.csv",
        "`https://x.org/a.csv` is not on this machine: Kepi reads local files\n  help: copy the files to this machine first and name the folder",
    );
    check(
        "file:///tmp/a.csv",
        "`file:///tmp/a.csv` is not on this machine: Kepi reads local files\n  help: write the path without `file://`",
    );
    assert_eq!(
        found(find_by_name(Path::new("s3://acme/sales"), "deals")),
        "`s3://acme/sales` is not on this machine: Kepi reads local files\n  help: copy the files first (`aws s3 sync s3://acme/sales data`) and name the folder"
    );
}

#[test]
fn odd_names() {
    let names = [
        "a b.csv",
        "a%20b.csv",
        "br[1].csv",
        "it's.csv",
        "é.csv",
        "#1.csv",
        "a+b;c=d.csv",
        "q?.csv",
        "s*.csv",
        "100%.csv",
    ];
    let folder = folder(&names);
    for name in names {
        assert_eq!(find_as(&folder, None, name), name);
    }
    let odd = super::super::testing::Folder::new();
    odd.write("br[1]/a.csv", "");
    let base = odd.path().join("br[1]");
    let location = Location { format: None, pattern: "*.csv".to_owned(), delimiter: None };
    assert_eq!(found(find(&location, &base)), "a.csv");
}

#[test]
fn partitions() {
    let folder = folder(&[
        "d/region=EU%2FX/y=2026/a.csv",
        "d/region=__HIVE_DEFAULT_PARTITION__/y=/a.csv",
        "d/100%=50%/b.csv",
    ]);
    let partitions = |pattern: &str| {
        let location = Location { format: None, pattern: pattern.to_owned(), delimiter: None };
        let files = find(&location, folder.path()).expect("files").files;
        files.into_iter().map(|file| file.partition).collect::<Vec<_>>()
    };
    let pair = |key: &str, value: Option<&str>| (key.to_owned(), value.map(str::to_owned));
    let all = [
        vec![pair("100%", Some("50%"))],
        vec![pair("region", Some("EU/X")), pair("y", Some("2026"))],
        vec![pair("region", None), pair("y", None)],
    ];
    assert_eq!(partitions("d"), all);
    assert_eq!(partitions("d/region=EU*/**/*.csv"), all[1..2]);
    assert_eq!(partitions("d/region=EU%2FX/y=2026"), all[1..2]);
}

#[test]
fn links() {
    let folder = folder(&["real/a.csv", "d/b.csv"]);
    let path = |name: &str| folder.path().join(name);
    symlink(path("real"), path("d/linked")).expect("a link");
    symlink(path("d"), path("d/loop")).expect("a link");
    assert_eq!(find_as(&folder, None, "d"), "d/b.csv d/linked/a.csv");
    assert_eq!(find_as(&folder, None, "d/**/*.csv"), "d/b.csv d/linked/a.csv");
    symlink(path("d/b.csv"), path("d/c.csv")).expect("a link");
    assert_eq!(
        find_as(&folder, None, "d"),
        "`d/b.csv` and `d/c.csv` are the same file\n  help: its rows would count twice: name the files with a glob that leaves the link out"
    );
    symlink(path("gone.csv"), path("dead.csv")).expect("a link");
    assert_eq!(
        find_as(&folder, None, "dead.csv"),
        "there is no `dead.csv`\n  help: it is a link to a file that is gone"
    );
}

#[test]
fn by_name() {
    let folder = folder(&[
        "data/deals.csv",
        "data/reps.PARQUET",
        "data/leads/a.csv",
        "data/both.csv",
        "data/both.parquet",
        "data/quota.csv",
        "data/deals.csv.bak",
        "data/Accounts.csv",
        "data/old.csv.gz",
    ]);
    let data = folder.path().join("data");
    let check = |source: &str, expected: &str| assert_eq!(found(find_by_name(&data, source)), expected);
    check("deals", "data/deals.csv");
    check("reps", "data/reps.PARQUET");
    check("leads", "data/leads/a.csv");
    check(
        "both",
        "`both` could be `both.csv`, `both.parquet` in `data`\n  help: keep one of them, or say which: `source both from \"both.csv\"`",
    );
    let none = |source: &str| {
        format!(
            "there is no data for `{source}`: no `{source}.parquet`, `{source}.csv`, `{source}.tsv` or folder `{source}` in `data`"
        )
    };
    check(
        "quotas",
        &format!(
            "{}\n  help: did you mean `quota.csv`? then declare `source quotas from \"quota.csv\"`",
            none("quotas")
        ),
    );
    check(
        "accounts",
        &format!(
            "{}\n  help: did you mean `Accounts.csv`? then declare `source accounts from \"Accounts.csv\"`",
            none("accounts")
        ),
    );
    check("old", &format!("{}\n  help: `old.csv.gz` is packed: unpack it first", none("old")));
    assert!(
        found(find_by_name(&data, "subscriptions"))
            .contains("\n  help: `data` has `Accounts.csv`, `both.csv`, ")
    );
    assert_eq!(
        found(find_by_name(&folder.path().join("dta"), "deals")),
        "there is no data folder `dta`, where `deals` is looked for\n  help: set `data` in kepi.toml, or say where with `--data`"
    );
}
