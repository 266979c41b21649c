//! Every way in which a CSV file can be written, or broken.

use std::sync::Arc;

use proptest::prelude::*;

use super::quotes::{BadQuoteKind, Quotes};
use crate::engine::files::{FileSet, Location, find};
use crate::engine::testing::{Folder, contract, lines};

const CONTRACT: &str = "id: text; amount: USD?; stage: one of open,won";

fn check(content: impl AsRef<[u8]>, expected: &str) {
    check_by(CONTRACT, content, expected);
}

fn check_by(contract: &str, content: impl AsRef<[u8]>, expected: &str) {
    let folder = Folder::new();
    folder.write("deals.csv", content);
    assert_eq!(folder.read("deals.csv", contract), expected);
}

#[test]
fn columns_are_found_by_header() {
    check("id,amount,stage\na,1.5,won\nb,,open\n", "a | 1.50 | 1\nb | – | 0");
    check("stage,extra,amount,id\nwon,x,1.5,a\n", "a | 1.50 | 1");
    check_by("who: text from Owner Name", "Owner Name,x\nAda,1\n", "Ada");
}

#[test]
fn line_ends_and_byte_order_marks() {
    let expected = "a | 1.50 | 1\nb | – | 0";
    check("id,amount,stage\r\na,1.5,won\r\nb,,open\r\n", expected);
    check("id,amount,stage\ra,1.5,won\rb,,open", expected);
    check("\u{feff}id,amount,stage\na,1.5,won\nb,,open", expected);
    check("\u{feff}\"id\",amount,stage\na,1.5,won\nb,,open", expected);
    check("\n\nid,amount,stage\n\na,1.5,won\n\n\nb,,open\n\n", expected);
}

#[test]
fn quoted_fields() {
    check("id,amount,stage\n\"a,\nb\",\"1.5\",won\n", "a,\nb | 1.50 | 1");
    check("\"id\",\"amount\",\"stage\"\n\"say \"\"hi\"\"\",,won\n", "say \"hi\" | – | 1");
    // a quote inside a field that has none around it is only a quote
    check("id,amount,stage\n5\" pipe,,won\n", "5\" pipe | – | 1");
}

#[test]
fn missing_values() {
    check("id,amount,stage\na,,won\nb,\"\",won\nc, ,won\n", "a | – | 1\nb | – | 1\nc | – | 1");
    let missing = |line: u8, column: &str, name: &str| {
        format!(
            "deals.csv, line {line}, column {column:?}: the value is missing\n  help: if it may be missing, declare it so with `?`: `{name} : …?`"
        )
    };
    check("id,amount,stage\na,1,won\n,2,won\n", &missing(3, "id", "id"));
    check("id,amount,stage\na,1,\"\"\n", &missing(2, "stage", "stage"));
    check_by("amount: USD from Deal Value", "Deal Value,x\n,1\n", &missing(2, "Deal Value", "amount"));
}

#[test]
fn values_that_are_not_of_the_type() {
    check(
        "id,amount,stage\na,1,won\nb,\"1,234.50\",won\n",
        "deals.csv, line 3, column \"amount\": `1,234.50` is not a number\n  help: numbers are written with a decimal point and without thousands separators: `1234.50`",
    );
    check(
        "id,amount,stage\na,1,wonn\n",
        "deals.csv, line 2, column \"stage\": `wonn` is none of `open`, `won`\n  help: did you mean `won`?",
    );
    check(
        b"id,amount,stage\na,1,won\nM\xfcller,1,won\n",
        "deals.csv, line 3, column \"id\": `M\u{fffd}ller` is not UTF-8\n  help: save the file as UTF-8; it may be Latin-1 or Windows-1252",
    );
    check_by(
        "n: int",
        "n,x\n1,a\n77.0,b\n",
        "deals.csv, line 3, column \"n\": `77.0` is not a whole number\n  help: declare the column `number`, or a unit such as `USD` or `days`",
    );
    check(
        format!("id,amount,stage\na,{},won\n", "9".repeat(100)),
        &format!(
            "deals.csv, line 2, column \"amount\": `{}…` is too large for a decimal of 38 digits",
            "9".repeat(60)
        ),
    );
    check(
        "id,amount,stage\na\0b,1,won\n",
        "deals.csv, line 2, column \"id\": `a\\0b` holds a NUL character\n  help: the file may be UTF-16 or damaged: save it as UTF-8",
    );
}

/// Lines are counted as an editor does.
#[test]
fn lines_of_errors() {
    let wrong = |line: u8| format!("deals.csv, line {line}, column \"n\": `x` is not a whole number");
    check_by("n: int", "n,m\n\"1\",\"a\nb\nc\"\nx,\n", &wrong(5));
    check_by("n: int", "n,m\r\n1,a\r\nx,b\r\n", &wrong(3));
    check_by("n: int", "n,m\r1,a\rx,b\r", &wrong(3));
    check_by("n: int", "\n\nn,m\n\n1,a\n\n\nx,b\n", &wrong(8));
    check_by("n: int", "\r\n\r\nn,m\r\n\r\n1,a\r\n\r\nx,b\r\n", &wrong(7));
}

#[test]
fn columns_that_are_not_asked_for_are_not_read() {
    check_by("id: text", b"id,junk\na,\xff\xfe\n", "a");
    let folder = Folder::new();
    folder.write("deals.csv", "id,amount\na,1\nb,oops\n");
    let files = folder.find("deals.csv").expect("files");
    let table =
        crate::engine::open(&contract("id: text; amount: USD"), &files, &folder.zone).expect("a table");
    let ids = folder.query(Arc::clone(&table), "select id from t order by id").expect("rows");
    assert_eq!(lines(&ids), "a\nb");
    let counts = folder.query(table, "select count(*) from t").expect("rows");
    assert_eq!(lines(&counts), "2");
}

#[test]
fn unclosed_quotes() {
    let unclosed = |line: u8| {
        format!(
            "deals.csv, line {line}: a quoted field opens here and is never closed\n  help: close it with `\"`; a quote inside a quoted field is written twice: `\"\"`"
        )
    };
    check("id,amount,stage\na,1.5,won\n\"b,2,open\nc,3,won\n", &unclosed(3));
    check("id,amount,stage\na,1.5,\"won", &unclosed(2));
    check("id,\"amount,stage\na,1.5,won\n", &unclosed(1));
    check("id,amount,stage\n\"a\",1.5,won\n\"b\nc\",1,\"won\n", &unclosed(4));
}

#[test]
fn text_behind_a_closing_quote() {
    check(
        "id,amount,stage\na,1,won\n\"5\" pipe\",1,won\n",
        "deals.csv, line 3: a quoted field that opens here has text behind its closing quote\n  help: a quote inside a quoted field is written twice: `\"\"`",
    );
}

#[test]
fn ragged_rows() {
    let ragged = |line: u8, fields: &str| {
        format!(
            "deals.csv, line {line}: the row has {fields}, the header has 3 fields\n  help: a field that holds the delimiter or a line break has to stand in double quotes"
        )
    };
    check("id,amount,stage\na,1.5,won\nb,2\n", &ragged(3, "2 fields"));
    check("id,amount,stage\na,1,5,won\n", &ragged(2, "4 fields"));
    check("id,amount,stage\na\n", &ragged(2, "1 field"));
}

#[test]
fn headers() {
    check("id,amount,stage\n", "");
    check("id,amount,stage", "");
    check(
        "",
        "deals.csv: the file is empty\n  help: its first line has to name the columns; a file without rows has only that line",
    );
    check(
        "\n\n",
        "deals.csv: the file is empty\n  help: its first line has to name the columns; a file without rows has only that line",
    );
    check(
        "id,Amount,stage\na,1,won\n",
        "deals.csv, column \"amount\": there is no such column\n  help: did you mean `Amount`? then declare `amount : … from \"Amount\"`",
    );
    check(
        "id,amuont,stage\na,1,won\n",
        "deals.csv, column \"amount\": there is no such column\n  help: did you mean `amuont`? then declare `amount : … from \"amuont\"`",
    );
    check(
        "id, stage,x\na,won,1\n",
        "deals.csv, column \"amount\": there is no such column\n  help: the data has `id`, ` stage`, `x`",
    );
    check(
        "id,amount,amount,stage\na,1,2,won\n",
        "deals.csv, column \"amount\": two columns have this name: fields 2 and 3\n  help: rename one of them in the data",
    );
    check("id,amount,x,x,,,stage\na,1,,,,,won\n", "a | 1.00 | 1");
}

#[test]
fn other_kinds_of_file() {
    check(
        b"id,M\xfcller\na,1\n",
        "deals.csv, line 1: the header is not UTF-8\n  help: save the file as UTF-8; it may be Latin-1 or Windows-1252",
    );
    check(b"\xff\xfei\0d\0", "deals.csv: the file is UTF-16, not UTF-8\n  help: save the file as UTF-8");
    check("PAR1....", "deals.csv: this is a Parquet file, not CSV\n  help: give it the ending `.parquet`");
    check(b"\x1f\x8b\x08", "deals.csv: the file is compressed (gzip)\n  help: unpack it first");
    check(
        b"PK\x03\x04",
        "deals.csv: this is a zip archive or a workbook, not CSV\n  help: unpack it, or save the sheet as CSV",
    );
}

fn semicolons(folder: &Folder, delimiter: Option<u8>) -> FileSet {
    let location = Location { format: None, pattern: "deals.csv".to_owned(), delimiter };
    find(&location, folder.path()).expect("the file")
}

#[test]
fn delimiters() {
    let folder = Folder::new();
    folder.write("deals.csv", "id;amount;stage\n\"a;b\";1.5;won\n");
    assert_eq!(folder.read_set(&semicolons(&folder, Some(b';')), CONTRACT), "a;b | 1.50 | 1");
    assert_eq!(
        folder.read_set(&semicolons(&folder, None), CONTRACT),
        "deals.csv, column \"id\": there is no such column: the header is one field, \"id;amount;stage\"\n  help: it looks separated by `;`: declare `source deals from csv \"…\" delimiter \";\"`"
    );
    folder.write("deals.csv", "id\tamount\tstage\na\t1.5\twon\n");
    assert_eq!(folder.read_set(&semicolons(&folder, Some(b'\t')), CONTRACT), "a | 1.50 | 1");
    assert_eq!(
        folder.read_set(&semicolons(&folder, None), CONTRACT),
        "deals.csv, column \"id\": there is no such column: the header is one field, \"id\\tamount\\tstage\"\n  help: it looks separated by tabs: declare `source deals from csv \"…\" delimiter \"\\u{9}\"`"
    );
    folder.write("deals.csv", "\"id\";\"amount\"\n\"a\";1.5\n");
    assert_eq!(
        folder.read_set(&semicolons(&folder, None), CONTRACT),
        "deals.csv, line 1: a quoted field that opens here has text behind its closing quote\n  help: if the fields are separated by `;`, declare it: `from csv \"…\" delimiter \";\"`"
    );
    folder.write("deals.tsv", "id\tamount\tstage\na\t1.5\twon\n");
    assert_eq!(folder.read("deals.tsv", CONTRACT), "a | 1.50 | 1");
}

#[test]
fn several_files() {
    let folder = Folder::new();
    folder.write("deals/region=EU/a.csv", "id,amount\na,1\n");
    folder.write("deals/region=__HIVE_DEFAULT_PARTITION__/b.csv", "amount,id\n2,b\n");
    let mut rows: Vec<String> =
        folder.read("deals", "id: text; amount: USD; region: text?").lines().map(str::to_owned).collect();
    rows.sort();
    assert_eq!(rows, ["a | 1.00 | EU", "b | 2.00 | –"]);
    assert_eq!(
        folder.read("deals", "id: text; region: one of EMEA,APAC"),
        "deals/region=EU/a.csv, column \"region\": `EU` is none of `EMEA`, `APAC`\n  help: add it to the column's `one of (…)`, or correct the data"
    );
    assert_eq!(
        folder.read("deals", "id: text; quarter: text"),
        "deals/region=EU/a.csv, column \"quarter\": there is no such column\n  help: the data has `id`, `amount`, and by its folders `region`"
    );
}

/// Of several mistakes the first in the data is told, whatever the number of readers.
#[test]
fn the_first_mistake_is_told() {
    let folder = Folder::new();
    for i in 0..8 {
        let rows: String = (0..9_000).map(|n| format!("{n}\n")).collect();
        let wrong = if i >= 3 { format!("wrong in {i}\n") } else { String::new() };
        folder.write(&format!("many/{i}.csv"), format!("n\n{}{rows}", wrong));
    }
    for partitions in [1, 2, 8] {
        let folder = Folder { partitions, dir: folder_link(&folder), ..Folder::new() };
        assert_eq!(
            folder.read("many", "n: int"),
            "many/3.csv, line 2, column \"n\": `wrong in 3` is not a whole number"
        );
    }
}

/// Another folder with the same content.
fn folder_link(folder: &Folder) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(folder.path().join("many"), dir.path().join("many")).expect("a link");
    dir
}

/// Rows whose fields hold what cuts in the wrong place would fall for.
fn tricky_file() -> String {
    let mut content = "n,text\n".to_owned();
    for n in 0..2_000 {
        let text = match n % 5 {
            0 => "\"line\nbreak, and \"\"quotes\"\"\n1,2\n\"".to_owned(),
            1 => "5\" pipe".to_owned(),
            2 => "\"\"\"\"".to_owned(),
            3 => String::new(),
            _ => "plain".to_owned(),
        };
        content.push_str(&format!("{n},{text}{}", if n % 3 == 0 { "\r\n" } else { "\n" }));
    }
    content
}

fn tricky_rows() -> String {
    let texts = ["line\nbreak, and \"quotes\"\n1,2\n", "5\" pipe", "\"", "–", "plain"];
    (0..2_000).map(|n| format!("{n} | {}", texts[n % 5])).collect::<Vec<_>>().join("\n")
}

/// However a file is cut, its parts are its rows.
#[test]
fn files_are_cut_between_rows() {
    let folder = Folder::new();
    folder.write("t.csv", tricky_file());
    let files = folder.find("t.csv").expect("files");
    let zone = crate::values::LocalTime::new(&folder.zone);
    let contract = contract("n: int; text: text?");
    let file = Arc::new(super::header::open(&contract, &files.files[0], b',', &zone).expect("a header"));
    for share in [1, 7, 100, 1_000, 10_000, 1_000_000] {
        let groups = super::parts::cut_by(std::slice::from_ref(&file), share);
        let parts: Vec<_> = groups.iter().flatten().collect();
        assert_eq!(parts.first().map(|p| p.start), Some(file.body));
        assert_eq!(parts.last().map(|p| p.end), Some(file.size));
        assert!(parts.windows(2).all(|p| p[0].end == p[1].start));
        let wanted = Arc::new(super::rows::Wanted {
            places: vec![0, 1],
            columns: contract.columns.clone(),
            schema: crate::engine::columns::schema(&contract),
            zone: zone.clone(),
        });
        let batches = parts.iter().flat_map(|part| super::rows::Rows::open(part, &wanted).expect("a part"));
        let batches: Vec<_> = batches.map(|batch| batch.expect("rows")).collect();
        assert_eq!(lines(&batches), tricky_rows(), "in shares of {share}");
    }
}

#[test]
fn a_forgotten_quote_in_a_large_file_is_found_early() {
    let mut quotes = Quotes::new(b',', 0);
    quotes.feed(b"a,\"b\n").expect("still open");
    let more = vec![b'x'; 1 << 20];
    let bad = (0..100).find_map(|_| quotes.feed(&more).err()).expect("given up");
    assert_eq!((bad.opened_at, bad.kind), (2, BadQuoteKind::Unclosed));
}

#[test]
fn rows_without_columns() {
    let folder = Folder::new();
    folder.write("deals/region=EU/a.csv", "id\na\nb\n");
    let count = |columns: &str, sql: &str| {
        let files = folder.find("deals").expect("files");
        let table = crate::engine::open(&contract(columns), &files, &folder.zone).expect("a table");
        lines(&folder.query(table, sql).expect("a count"))
    };
    assert_eq!(count("", "select count(*) from t"), "2");
    assert_eq!(count("region: text", "select region, count(*) from t group by region"), "EU | 2");
    assert_eq!(count("id: text", "select id from t order by id limit 1"), "a");
}

#[test]
fn many_files() {
    let folder = Folder::new();
    for i in 0..100 {
        folder.write(&format!("d/{i:02}.csv"), format!("n\n{i}\n"));
    }
    assert_eq!(folder.read("d", "n: int").lines().count(), 100);
    folder.write("d/71.csv", "m\n1\n");
    folder.write("d/17.csv", "m\n1\n");
    assert!(folder.read("d", "n: int").starts_with("d/17.csv, column \"n\": there is no such column"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// What a writer of CSV writes is what is read.
    #[test]
    fn texts_come_back(rows in proptest::collection::vec(("[a,\"\n\r;é ]{0,6}", "[a\"\n, ]{0,3}"), 1..8)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["x", "y"]).expect("written");
        for (x, y) in &rows {
            writer.write_record([x, y]).expect("written");
        }
        let folder = Folder::new();
        folder.write("t.csv", writer.into_inner().expect("bytes"));
        let cell = |text: &str| if text.is_empty() { "–".to_owned() } else { text.to_owned() };
        let expected: Vec<String> = rows.iter().map(|(x, y)| format!("{} | {}", cell(x), cell(y))).collect();
        prop_assert_eq!(folder.read("t.csv", "x: text?; y: text?"), expected.join("\n"));
    }
}

proptest! {
    /// Where the quotes are in order, the `csv` crate and they see the same file.
    #[test]
    fn quotes_agree_with_the_csv_crate(content in "[a,\"\n\r ]{0,40}", cut in 1usize..8) {
        let mut quotes = Quotes::new(b',', 0);
        let mut fed = content.as_bytes().chunks(cut).map(|chunk| quotes.feed(chunk));
        let fine = fed.all(|fed| fed.is_ok()) && quotes.finish().is_ok();
        if fine {
            let mut reader = super::reader(content.as_bytes(), b',', 64);
            let rows: Vec<csv::ByteRecord> = reader.byte_records().map(|row| row.expect("a row")).collect();
            let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            for row in &rows {
                writer.write_byte_record(row).expect("written");
            }
            let again = writer.into_inner().expect("bytes");
            let mut quotes = Quotes::new(b',', 0);
            prop_assert!(quotes.feed(&again).is_ok() && quotes.finish().is_ok());
        }
    }
}
