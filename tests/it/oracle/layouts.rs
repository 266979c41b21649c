//! The same data in other files: rows in another order, split over several CSV files, as
//! Parquet in several files. What is asked of them has to be the same.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use datafusion::parquet::arrow::ArrowWriter;
use kepi::check::{CheckedModel, Column, ColumnKind, Repr, SourceKind, Type};

use super::expression::days;
use super::project::Project;
use super::random::Random;
use super::value::V;
use super::world::Sheet;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One CSV file a source, its rows as they are.
    Csv,
    Shuffled,
    SplitCsv,
    SplitParquet,
}

pub fn write(project: &Project, model: &CheckedModel, stored: &[Vec<Vec<V>>], layout: Layout, folder: &Path) {
    let mut random = Random::new(project.data.values().map(|s| s.rows.len() as u64).sum());
    match layout {
        Layout::Csv => project.write_data(folder),
        Layout::Shuffled => {
            let mut other = project.clone();
            other.data.values_mut().for_each(|sheet| random.shuffle(&mut sheet.rows));
            other.write_data(folder);
        }
        Layout::SplitCsv => {
            for (name, sheet) in &project.data {
                std::fs::create_dir(folder.join(name)).expect("a folder");
                for (n, rows) in split(&mut random, &sheet.rows).into_iter().enumerate() {
                    let mut part = project.clone();
                    part.data.retain(|other, _| other == name);
                    part.data.insert(format!("{name}/{n}"), Sheet { header: sheet.header.clone(), rows });
                    part.data.remove(name);
                    part.write_data(folder);
                }
            }
        }
        Layout::SplitParquet => {
            for (source, rows) in model.sources.iter().zip(stored) {
                if matches!(source.kind, SourceKind::Rollup(_)) {
                    continue;
                }
                let name = &source.name;
                std::fs::create_dir(folder.join(name)).expect("a folder");
                for (n, rows) in split(&mut random, rows).into_iter().enumerate() {
                    write_parquet(&source.columns, &rows, &folder.join(name).join(format!("{n}.parquet")));
                }
            }
        }
    }
}

/// The rows in another order, in three parts, of which some may be empty.
fn split<T: Clone>(random: &mut Random, rows: &[T]) -> Vec<Vec<T>> {
    let mut parts = vec![Vec::new(); 3];
    rows.iter().for_each(|row| parts[random.below(3)].push(row.clone()));
    parts.iter_mut().for_each(|part| random.shuffle(part));
    parts
}

fn write_parquet(columns: &[Column], rows: &[Vec<V>], path: &Path) {
    let stored = columns.iter().enumerate().filter_map(|(i, c)| match &c.kind {
        ColumnKind::Stored { raw, .. } => {
            let values: Vec<&V> = rows.iter().map(|row| &row[i]).collect();
            Some((raw.clone(), array(&c.ty, &values), true))
        }
        _ => None,
    });
    let batch = RecordBatch::try_from_iter_with_nullable(stored).expect("a batch");
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("rows");
    writer.close().expect("a footer");
}

fn array(ty: &Type, values: &[&V]) -> ArrayRef {
    let texts = |of: &dyn Fn(&V) -> Option<String>| -> ArrayRef {
        Arc::new(values.iter().map(|v| of(v)).collect::<StringArray>())
    };
    match ty {
        Type::Text => texts(&|v| match v {
            V::Text(text) => Some(text.clone()),
            _ => None,
        }),
        Type::Enum(e) => texts(&|v| match v {
            V::Member(member) => Some(e.members[usize::from(*member)].raw.clone()),
            _ => None,
        }),
        Type::Bool => {
            let bools = values.iter().map(|v| (!v.is_missing()).then(|| v.is_true()));
            Arc::new(bools.collect::<BooleanArray>())
        }
        Type::Date => {
            let days = |v: &&V| match v {
                V::Date(date) => Some(days(*date) as i32),
                _ => None,
            };
            Arc::new(values.iter().map(days).collect::<Date32Array>())
        }
        Type::Timestamp => {
            let at = |v: &&V| match v {
                V::Instant(at) => Some(*at),
                _ => None,
            };
            Arc::new(values.iter().map(at).collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        Type::Number(number) => {
            let exact = |scale: u32| values.iter().map(move |v| v.exact().map(|e| e.at(scale)));
            match number.repr {
                Repr::Int => Arc::new(exact(0).map(|n| n.map(|n| n as i64)).collect::<Int64Array>()),
                Repr::Decimal(scale) => {
                    let digits = exact(u32::from(scale)).collect::<Decimal128Array>();
                    Arc::new(digits.with_precision_and_scale(18, scale as i8).expect("few digits"))
                }
                Repr::Float => Arc::new(values.iter().map(|v| v.float()).collect::<Float64Array>()),
            }
        }
        Type::Error | Type::Missing => panic!("a column without a type"),
    }
}
