//! Filters over texts share one small grouping; the numbers are those of each metric alone.

use std::fs;

use kepi::query::Ask;
use kepi::table::Value;

use crate::opened::Opened;

const METRICS: [(&str, &str); 8] = [
    ("small", r#"segment is "SMB""#),
    ("not_small", r#"segment is not "SMB""#),
    ("none_of", r#"not (segment in ("SMB", "Large"))"#),
    ("either", r#"segment is "Mid" or region is "East""#),
    ("both", r#"segment in ("SMB", "Mid") and region is not "East""#),
    ("unknown", r#"segment is missing"#),
    ("begins", r#"starts_with(segment, "S") and region is "West""#),
    ("longer", r#"length(segment) > 3 and segment is not "Large""#),
];

const ROWS: &str = "\
closed_on,segment,region,amount
2026-01-05,SMB,East,1
2026-01-06,SMB,West,2
2026-01-07,Mid,East,4
2026-01-08,Mid,,8
2026-01-09,Large,West,16
2026-01-10,,East,32
2026-01-11,,,64
2026-02-01,Solo,West,128
";

/// By hand, for January and February: a comparison with a missing text is not true.
const JANUARY_AND_FEBRUARY: [[i128; 2]; 8] = [
    [1 + 2, 0],
    [4 + 8 + 16, 128],
    [4 + 8, 128],
    [4 + 8 + 1 + 32, 0],
    [2, 0],
    [32 + 64, 0],
    [2, 128],
    [0, 128],
];

#[test]
fn classes_of_texts_keep_what_is_missing() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("make its folder");
        fs::write(path, text).expect("write the file");
    };
    let mut metrics = "source deals {\n  time closed_on\n  closed_on : date\n  segment : text?\n  region : text?\n  amount : int\n}\n".to_string();
    METRICS
        .iter()
        .for_each(|(name, filter)| metrics += &format!("metric {name} = sum(deals.amount where {filter})\n"));
    write("kepi.toml", "[project]\nname = \"cubes\"\n");
    write("metrics/a.kpi", &metrics);
    write("data/deals.csv", ROWS);
    let project = Opened::new(folder.path());
    let ask = Ask {
        metrics: METRICS.iter().map(|(name, _)| name.to_string()).collect(),
        every: Some("month".to_string()),
        ..Ask::default()
    };
    let plan = project.explain(&ask).expect("it can be planned").query;
    assert!(plan.contains("segment (of 3 values)") && plan.contains("region (of 2 values)"), "{plan}");
    let table = project.run(&ask).expect("it runs");
    for (metric, expected) in JANUARY_AND_FEBRUARY.iter().enumerate() {
        let found: Vec<_> = table.rows.iter().map(|row| row.values[metric + 1].clone()).collect();
        assert_eq!(found, expected.map(Value::Int), "{}", METRICS[metric].0);
    }
}
