//! The layout of small pieces; whole files are in `tests/ui/format`.

use super::format;
use crate::text::{FileId, SourceFile};

#[track_caller]
fn check(text: &str, expected: &str) {
    let file = SourceFile::new(FileId(0), "test.kpi", text);
    assert_eq!(format(&file).as_deref(), Some(expected));
}

#[test]
fn white_space_is_one_blank() {
    check("metric  a:USD=b+c *d", "metric a : USD = b + c * d\n");
    check("metric a=sum( b.c  where not d in(e,f) )", "metric a = sum(b.c where not d in (e, f))\n");
    check("source s{key a,b a:text?}", "source s {\n  key a, b\n  a : text?\n}\n");
}

#[test]
fn literals_stay_as_written() {
    check("metric a = 10_000 + 25%+\"x\\u{8d62}\"", "metric a = 10_000 + 25% + \"x\\u{8d62}\"\n");
}

#[test]
fn what_is_broken_stays() {
    check("metric a = = b\n\n\nmetric  c=d", "metric a = = b\n\nmetric c = d\n");
}

#[test]
fn nothing_is_certain_where_brackets_do_not_match() {
    let file = SourceFile::new(FileId(0), "test.kpi", "metric a = b (\nmetric  c = d");
    assert_eq!(format(&file), None);
}

#[test]
fn empty_files() {
    check("", "");
    check("\n\n// only a comment  \n", "// only a comment\n");
}

#[test]
fn scorecards() {
    check("scorecard a{metrics b,c.v2}", "scorecard a {\n  metrics b, c.v2\n}\n");
    check(
        "scorecard a{metrics b compare prior  year,target}",
        "scorecard a {\n  metrics b\n  compare prior year, target\n}\n",
    );
    check(
        "scorecard a{metrics b from 2025-01   to 2026}",
        "scorecard a {\n  metrics b\n  from    2025-01 to 2026\n}\n",
    );
    check("scorecard a{metrics b where c is \"d\"}", "scorecard a {\n  metrics b\n  where   c is \"d\"\n}\n");
    check("scorecard a{ // x\n metrics b}", "scorecard a {  // x\n  metrics b\n}\n");
}
