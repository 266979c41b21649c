//! Files: joined into one table, without statistics, with odd names, broken.

use std::sync::Arc;

use datafusion::arrow::array::*;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::data_type::{Int64Type as ParquetInt64, Int96, Int96Type};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::file::writer::SerializedFileWriter;
use datafusion::parquet::schema::parser::parse_message_type;
use datafusion::physical_plan::displayable;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::{array, decimal, ints, new_york};
use crate::engine::testing::{Folder, contract, lines};

#[test]
fn files_of_a_folder_are_joined_by_name_and_type() {
    let folder = Folder::new();
    folder.write_parquet(
        "deals/a.parquet",
        vec![("id", ints(vec![1])), ("v", array(Int32Array::from(vec![10])))],
    );
    folder.write_parquet("deals/b.parquet", vec![("v", ints(vec![20])), ("id", ints(vec![2]))]);
    folder.write_parquet(
        "deals/c.PARQUET",
        vec![("v", array(Float64Array::from(vec![30.0]))), ("id", ints(vec![3]))],
    );
    folder.write_parquet(
        "deals/d.parquet",
        vec![("v", array(decimal(&[400], 5, 1))), ("id", ints(vec![4])), ("w", ints(vec![0]))],
    );
    let mut rows: Vec<String> =
        folder.read("deals", "id: int; amount: int from v").lines().map(str::to_owned).collect();
    rows.sort();
    assert_eq!(rows.join("\n"), "1 | 10\n2 | 20\n3 | 30\n4 | 40");
}

#[test]
fn a_missing_column_names_the_nearest() {
    let folder = Folder::new();
    folder.write_parquet("a.parquet", vec![("Amount", ints(vec![1]))]);
    folder.write_parquet("b.parquet", vec![("other", ints(vec![1]))]);
    assert_eq!(
        folder.read("a.parquet", "amount: int"),
        "a.parquet, column \"amount\": there is no such column\n  help: did you mean `Amount`? then declare `amount : … from \"Amount\"`"
    );
    assert_eq!(
        folder.read("b.parquet", "amount: int"),
        "b.parquet, column \"amount\": there is no such column\n  help: the data has `other`"
    );
}

#[test]
fn folders_name_columns() {
    let folder = Folder::new();
    folder.write_parquet("deals/region=EU%2FX/stage=won/a.parquet", vec![("id", ints(vec![1]))]);
    folder.write_parquet(
        "deals/region=__HIVE_DEFAULT_PARTITION__/stage=open/a.parquet",
        vec![("id", ints(vec![2]))],
    );
    let mut rows: Vec<String> = folder
        .read("deals", "region: text?; id: int; stage: one of open,won")
        .lines()
        .map(str::to_owned)
        .collect();
    rows.sort();
    assert_eq!(rows.join("\n"), "EU/X | 1 | 1\n– | 2 | 0");
    assert_eq!(
        folder.read("deals", "region: text; id: int"),
        "deals/region=__HIVE_DEFAULT_PARTITION__/stage=open/a.parquet, column \"region\": the value is missing\n  help: if it may be missing, declare it so with `?`: `region : …?`"
    );
    let files = folder.find("deals").expect("files");
    let table =
        crate::engine::open(&contract("region: text?; id: int"), &files, &folder.zone).expect("a table");
    let counts = folder.query(table, "select count(*), count(region), count(id) from t").expect("counts");
    assert_eq!(lines(&counts), "2 | 1 | 2");
}

#[test]
fn rows_without_columns() {
    let folder = Folder::new();
    folder.write_parquet("deals/region=EU/a.parquet", vec![("id", ints(vec![1, 2]))]);
    folder.write_parquet("deals/region=US/b.parquet", vec![("id", array(Int32Array::from(vec![3])))]);
    let count = |columns: &str, sql: &str| {
        let files = folder.find("deals").expect("files");
        let table = crate::engine::open(&contract(columns), &files, &folder.zone).expect("a table");
        lines(&folder.query(table, sql).expect("a count"))
    };
    assert_eq!(count("", "select count(*) from t"), "3");
    assert_eq!(
        count("region: text", "select region, count(*) from t group by region order by region"),
        "EU | 2\nUS | 1"
    );
    assert_eq!(
        count("region: one of US,EU; id: text", "select region, id from t order by id"),
        "1 | 1\n1 | 2\n0 | 3"
    );
    assert_eq!(count("id: int", "select id from t where id > 1 order by id limit 1"), "2");
}

/// INT96 holds nanoseconds, which as such end in 2262; here they are microseconds.
#[test]
fn int96_timestamps() {
    let folder = Folder::new();
    let schema = parse_message_type("message m { OPTIONAL INT96 at; REQUIRED INT64 id; }").expect("a schema");
    let path = folder.write("t.parquet", "");
    let file = std::fs::File::create(&path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema), Default::default()).expect("a writer");
    let mut group = writer.next_row_group().expect("a row group");
    // noon of 1970-01-01 and of 9999-12-31, by their Julian days
    let noon = 43_200_000_000_000u64;
    let at = |day: u32| Int96::from(vec![noon as u32, (noon >> 32) as u32, day]);
    let mut column = group.next_column().expect("a column").expect("the first");
    let values = [at(2_440_588), at(5_373_484)];
    column.typed::<Int96Type>().write_batch(&values, Some(&[1, 0, 1]), None).expect("written");
    column.close().expect("closed");
    let mut column = group.next_column().expect("a column").expect("the second");
    column.typed::<ParquetInt64>().write_batch(&[1, 2, 3], None, None).expect("written");
    column.close().expect("closed");
    group.close().expect("closed");
    writer.close().expect("closed");
    let read = |columns: &str| folder.read("t.parquet", columns);
    assert_eq!(read("at: timestamp?; id: int"), "1970-01-01T12:00:00 | 1\n– | 2\n9999-12-31T12:00:00 | 3");
    assert_eq!(
        read("at: timestamp"),
        "t.parquet, row 2, column \"at\": the value is missing\n  help: if it may be missing, declare it so with `?`: `at : …?`"
    );
    let folder = Folder { zone: new_york(), ..folder };
    // the last days of 9999 have no offset: they stand for "never" wherever they are
    assert_eq!(folder.read("t.parquet", "at: timestamp?"), "1970-01-01T17:00:00\n–\n9999-12-31T12:00:00");
}

/// Without statistics every value is looked at.
#[test]
fn files_without_statistics() {
    let folder = Folder::new();
    let properties = WriterProperties::builder().set_statistics_enabled(EnabledStatistics::None).build();
    let write = |name: &str, values: Vec<Option<i64>>| {
        let batch = RecordBatch::try_from_iter_with_nullable([("x", array(Int64Array::from(values)), true)]);
        let batch = batch.expect("a batch");
        let file = std::fs::File::create(folder.write(name, "")).expect("a file");
        let mut writer =
            ArrowWriter::try_new(file, batch.schema(), Some(properties.clone())).expect("a writer");
        writer.write(&batch).expect("rows");
        writer.close().expect("a footer");
    };
    write("full.parquet", vec![Some(1), Some(2)]);
    write("gap.parquet", vec![Some(1), None]);
    assert_eq!(folder.read("full.parquet", "x: int"), "1\n2");
    assert_eq!(folder.read("gap.parquet", "x: int?"), "1\n–");
    assert_eq!(
        folder.read("gap.parquet", "x: int"),
        "gap.parquet, row 2, column \"x\": the value is missing\n  help: if it may be missing, declare it so with `?`: `x : …?`"
    );
    let files = folder.find("gap.parquet").expect("files");
    let table = crate::engine::open(&contract("x: int?"), &files, &folder.zone).expect("a table");
    assert_eq!(
        lines(&folder.query(table, "select count(*), count(x), max(x) from t").expect("counts")),
        "2 | 1 | 1"
    );
}

/// Names that are globs, escapes or fragments elsewhere.
#[test]
fn odd_names() {
    let folder = Folder::new();
    for name in ["a b", "a%20b", "br[1]", "it's", "é", "#1", "a+b;c=d", "q?", "s*", "100%"] {
        let path = format!("{name}/{name}.parquet");
        folder.write_parquet(&path, vec![("id", ints(vec![7]))]);
        assert_eq!(folder.read(&path, "id: int"), "7", "{name}");
    }
}

/// One column of the data under two names, also as two types.
#[test]
fn a_column_read_twice() {
    let folder = Folder::new();
    folder.write_parquet("t.parquet", vec![("x", ints(vec![7]))]);
    assert_eq!(
        folder.read("t.parquet", "a: int from x; b: text from x; c: USD from x; d: int? from x"),
        "7 | 7 | 7.00 | 7"
    );
}

/// The first mistake in the data is told, whichever a core met first.
#[test]
fn the_first_mistake_is_told() {
    for partitions in [1, 2, 8] {
        let folder = Folder { partitions, ..Folder::new() };
        for file in 0..6 {
            let mut values = vec![Some(1.0); 5_000];
            if file >= 2 {
                values[4_000 + file] = Some(0.5);
                values[4_500] = None;
            }
            folder
                .write_parquet(&format!("d/{file}.parquet"), vec![("x", array(Float64Array::from(values)))]);
        }
        assert!(
            folder
                .read("d", "x: int")
                .starts_with("d/2.parquet, row 4003, column \"x\": `0.5` is not a whole number")
        );
    }
}

#[test]
fn broken_files() {
    let folder = Folder::new();
    let whole = std::fs::read(folder.write_parquet("ok.parquet", vec![("x", ints((0..1000).collect()))]))
        .expect("bytes");
    folder.write("cut.parquet", &whole[..whole.len() - 10]);
    folder.write("empty.parquet", "");
    folder.write("csv.parquet", "x\n1\n");
    folder.write("noise.parquet", [0u8, 1, 2, 255]);
    let mut bad_footer = whole.clone();
    let at = whole.len() - 40;
    bad_footer[at..at + 20].fill(0xff);
    folder.write("footer.parquet", bad_footer);
    let mut bad_page = whole.clone();
    bad_page[4..200].fill(0xff);
    folder.write("page.parquet", bad_page);

    let read = |name: &str| folder.read(name, "x: int");
    assert_eq!(
        read("cut.parquet"),
        "cut.parquet: the file is cut off: a Parquet file ends with its table of contents\n  help: write or copy it again"
    );
    assert_eq!(
        read("empty.parquet"),
        "empty.parquet: the file is empty: not even a Parquet file without rows\n  help: write it again, or remove it"
    );
    assert_eq!(
        read("csv.parquet"),
        "csv.parquet: this is not a Parquet file but text\n  help: if it is CSV, give it the ending `.csv`, or declare `from csv \"…\"`"
    );
    assert_eq!(
        read("noise.parquet"),
        "noise.parquet: this is not a Parquet file\n  help: write it again, or remove it"
    );
    assert!(
        read("footer.parquet").starts_with("footer.parquet: the file is damaged: "),
        "{}",
        read("footer.parquet")
    );
    assert!(
        read("page.parquet").starts_with("page.parquet: the file is damaged: "),
        "{}",
        read("page.parquet")
    );
}

#[test]
fn a_file_without_rows() {
    let folder = Folder::new();
    folder.write_parquet("t.parquet", vec![("x", ints(vec![]))]);
    assert_eq!(folder.read("t.parquet", "x: int"), "");
}

/// What needs no conversion is DataFusion's own scan, with nothing between it and the query.
#[test]
fn plain_columns_cost_nothing() {
    let folder = Folder::new();
    let schema =
        Schema::new(vec![Field::new("a b", DataType::Int32, false), Field::new("v", DataType::Utf8, true)]);
    let batch = RecordBatch::try_new(
        Arc::new(schema),
        vec![array(Int32Array::from(vec![1, 2])), array(StringArray::from(vec!["x", "y"]))],
    );
    folder.write_batch("t.parquet", &batch.expect("a batch"));
    let plan = |contract_text: &str, sql: &str| {
        let files = folder.find("t.parquet").expect("files");
        let table = crate::engine::open(&contract(contract_text), &files, &folder.zone).expect("a table");
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
        context.register_table("t", table).expect("registered");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let plan =
            runtime.block_on(async { context.sql(sql).await?.create_physical_plan().await }).expect("a plan");
        let text = displayable(plan.as_ref()).indent(false).to_string();
        text.replace(
            folder.path().canonicalize().expect("real").to_str().expect("text").trim_start_matches('/'),
            "…",
        )
    };
    insta::assert_snapshot!(plan("n: int from a b; v: text", "select v, n from t where n > 1"), @r"
    FilterExec: n@0 > 1, projection=[v@1, n@0]
      DataSourceExec: file_groups={1 group: [[…/t.parquet]]}, projection=[a b@0 as n, v], file_type=parquet, predicate=a b@0 > 1, pruning_predicate=a b_null_count@1 != row_count@2 AND a b_max@0 > 1, required_guarantees=[]
    ");
    insta::assert_snapshot!(plan("n: int from a b; v: int?", "select sum(v) from t where n > 1"), @r"
    AggregateExec: mode=Single, gby=[], aggr=[sum(t.v)]
      FilterExec: n@0 > 1, projection=[v@1]
        DataSourceExec: file_groups={1 group: [[…/t.parquet]]}, projection=[a b@0 as n, read(v@1 as Int64) as v], file_type=parquet, predicate=a b@0 > 1, pruning_predicate=a b_null_count@1 != row_count@2 AND a b_max@0 > 1, required_guarantees=[]
    ");
    insta::assert_snapshot!(plan("n: int from a b; v: text", "select count(*) from t"), @r"
    ProjectionExec: expr=[2 as count(*)]
      PlaceholderRowExec
    ");
}
