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
fn what_is_never_closed_stays_and_the_next_declaration_does_not() {
    check("metric a = b  (\nmetric  c = d", "metric a = b  (\nmetric c = d\n");
    check("source  s {\n  key id\nmetric  c = d", "source  s {\n  key id\n\nmetric c = d\n");
    check("metric a = \"b  \nmetric  c = d", "metric a = \"b\nmetric c = d\n");
}

#[test]
fn what_is_broken_is_set_apart_from_its_line() {
    check("metric  a = b metric c = = d", "metric a = b\nmetric c = = d\n");
}

#[test]
fn a_file_from_windows_stays_one() {
    check("metric  a = b\r\nmetric c = d\r\n", "metric a = b\r\nmetric c = d\r\n");
}

#[test]
fn long_lists_are_broken() {
    let members = (0..12).map(|n| format!("member_{n} = \"Member {n}\"")).collect::<Vec<_>>().join(", ");
    check(
        &format!("source s {{ stage : one of ({members})? }}"),
        "source s {
  stage : one of (
    member_0 = \"Member 0\", member_1 = \"Member 1\", member_2 = \"Member 2\", member_3 = \"Member 3\",
    member_4 = \"Member 4\", member_5 = \"Member 5\", member_6 = \"Member 6\", member_7 = \"Member 7\",
    member_8 = \"Member 8\", member_9 = \"Member 9\", member_10 = \"Member 10\", member_11 = \"Member 11\"
  )?
}
",
    );
}

#[test]
fn four_arms_are_a_table() {
    check(
        "source s { a = choose { new when x, churned when y > 1, gone when z, else other } }",
        "source s {
  a = choose {
    new     when x,
    churned when y > 1,
    gone    when z,
    else other
  }
}
",
    );
}

#[test]
fn blocks_of_a_page() {
    let page = "# Page\n\n```kpi error=x\nmetric  a=b\n```\n\n```sh\na  b\n```\n\n```kpi\nmetric  open";
    let formatted = page.replace("metric  a=b", "metric a = b");
    assert_eq!(super::markdown(page), formatted);
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
