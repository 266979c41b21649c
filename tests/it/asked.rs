//! What is asked of a checked project: filters of queries, parameters set from outside,
//! paths to dimensions, grains.

use kepi::calendar::Grain;
use kepi::check::{self, CheckedModel, display, reach};
use kepi::model::{self, Settings};
use kepi::syntax;
use kepi::text::{FileId, SourceFile};

const PROJECT: &str = r#"
source orders {
  key id
  time placed_on by month
  id        : text
  amount    : USD
  size      : one of (small, large = "Large")
  buyer_id  : text
  payer_id  : text
  placed_on : date
  buyer -> customers
  payer -> customers
}
source customers {
  key id
  id        : text
  region    : text
  country_id : text
  country -> countries
}
source countries {
  key id
  id   : text
  name : text
}
source visits {
  key id
  id : text
}
dimension size    = orders.size
dimension buyer_region = customers.region via orders.buyer
dimension region  = customers.region
dimension country = countries.name via orders.payer
parameter margin : percent = 80%
parameter goal   : USD = 1_000
parameter grace  : days = 30
parameter count_at_least : count = 3
metric revenue : USD = sum(orders.amount)
metric profit  : USD = revenue * margin - goal
metric board   = revenue { every quarter only }
metric kept    = count(orders where size is large and 30 days > grace) + count_at_least
metric seen    = count(visits)
metric rate    = revenue / period
"#;

fn project() -> CheckedModel {
    let file = SourceFile::new(FileId(0), "project.kpi", PROJECT);
    let (tree, problems) = syntax::parse(&file);
    assert!(problems.is_empty(), "{problems:?}");
    let trees = [tree];
    let (model, problems) = model::resolve(&trees, &Settings::default());
    assert!(problems.is_empty(), "{problems:?}");
    let (checked, problems) = check::check(&model);
    assert!(!problems.has_errors(), "{problems:?}");
    checked
}

fn filter(text: &str, having: bool) -> String {
    let model = project();
    let file = SourceFile::new(FileId(0), "filter", text);
    let (tree, problems) = syntax::parse_expression(&file);
    assert!(problems.is_empty(), "{problems:?}");
    let tree = tree.expect("it parses");
    let check = if having { check::check_having } else { check::check_where };
    match check(&model, &tree) {
        (Some(expr), _) => display::expr(&model, &expr),
        (None, problems) => {
            problems.sorted().iter().map(|d| format!("{}: {}\n", d.name, d.message)).collect()
        }
    }
}

#[track_caller]
fn check_where(text: &str, expected: &str) {
    assert_eq!(filter(text, false).trim_end(), expected);
}

#[track_caller]
fn check_having(text: &str, expected: &str) {
    assert_eq!(filter(text, true).trim_end(), expected);
}

#[test]
fn where_names_dimensions() {
    check_where(r#"region is "EMEA""#, r#"region is "EMEA""#);
    check_where("size is large or size is missing", "(size is large) or (size is missing)");
    check_where("size in (small, large)", "size in (small, large)");
    check_where("region", "type-mismatch: `where` needs a condition, not a text");
    check_where(r#"regoin is "EMEA""#, "unknown-name: there is no dimension named `regoin`");
    check_where("revenue > 5", "out-of-place: the metric `revenue` cannot stand in `where`");
    check_where(r#"size is "Large""#, r#"text-for-member: "Large" is a text, not a member"#);
    check_where("count(orders) > 1", "out-of-place: `count` cannot stand in the filter of a query");
}

#[test]
fn having_names_metrics() {
    check_having("revenue > 10_000", "revenue > 10000 USD");
    check_having("revenue > goal and size is small", "(revenue > goal) and (size is small)");
    check_having("revenue", "type-mismatch: `having` needs a condition, not USD");
    check_having("revenu > 1", "unknown-name: there is no metric or dimension named `revenu`");
    check_having("revenue > 30 days", "unit-mismatch: cannot compare USD with days");
}

#[track_caller]
fn check_set(name: &str, text: &str, expected: &str) {
    let mut model = project();
    let found = match check::set_parameter(&mut model, name, text) {
        Ok(()) => {
            let shown = display::model(&model);
            let start = format!("parameter {name} : ");
            shown.lines().find_map(|l| l.strip_prefix(&start)).expect("it is shown").to_string()
        }
        Err(problem) => format!("{} ({})", problem.message, problem.help.unwrap_or_default()),
    };
    assert_eq!(found, expected);
}

#[test]
fn parameters_are_set_in_their_unit() {
    check_set("margin", "75%", "percent decimal(6) = 0.750000");
    check_set("margin", "75.5%", "percent decimal(6) = 0.755000");
    check_set("margin", "0.75", "percent decimal(6) = 0.750000");
    check_set("goal", "1_500.50", "USD decimal(2) = 1500.50 USD");
    check_set("goal", "1500 USD", "USD decimal(2) = 1500.00 USD");
    check_set("grace", "45 days", "days int = 45 days");
    check_set("grace", "45", "days int = 45 days");
    check_set("count_at_least", "-2", "count int = -2");
}

#[test]
fn what_does_not_fit_a_parameter_is_refused() {
    let margin = "cannot be the value of the parameter `margin` (it is a percentage like `75%`)";
    check_set("margin", "75", &format!("`75` {margin}"));
    check_set("margin", "much", &format!("`much` {margin}"));
    check_set(
        "goal",
        "50%",
        "`50%` cannot be the value of the parameter `goal` (it is USD, with at most 2 decimal places)",
    );
    check_set(
        "grace",
        "1.5",
        "`1.5` cannot be the value of the parameter `grace` (it is a whole number of days)",
    );
    check_set("grade", "1", "there is no parameter named `grade` (did you mean `grace`?)");
}

#[track_caller]
fn check_slice(source: &str, dimension: &str, expected: &str) {
    let model = project();
    let source = model.find_source(source).expect("a source");
    let dimension = model.find_dimension(dimension).expect("a dimension");
    let found = match reach::slice(&model, source, dimension) {
        Ok(slice) => slice.links.iter().map(|l| model.link(*l).name.as_str()).collect::<Vec<_>>().join("."),
        Err(problem) => problem.help.unwrap_or_default(),
    };
    assert_eq!(found, expected);
}

#[test]
fn dimensions_are_reached_by_one_path() {
    check_slice("orders", "size", "");
    check_slice("customers", "region", "");
    check_slice("orders", "buyer_region", "buyer");
    check_slice("orders", "country", "payer.country");
    check_slice("customers", "country", "country");
    check_slice(
        "orders",
        "region",
        "the paths are `orders.buyer`, `orders.payer`; choose one in the dimension: \
         `via orders.buyer` or `via orders.payer`",
    );
    check_slice("visits", "size", "`visits` has no links: add one that leads there, or leave `visits` out");
}

#[track_caller]
fn check_grain(metric: &str, grain: &Grain, expected: &str) {
    let model = project();
    let metric = model.find_metric(metric).expect("a metric");
    let found = check::grain_problem(&model, metric, grain).map(|d| d.name.to_string());
    assert_eq!(found.unwrap_or_default(), expected);
}

#[test]
fn metrics_are_asked_at_grains_they_have() {
    check_grain("revenue", &Grain::Month, "");
    check_grain("revenue", &Grain::FiscalYear, "");
    check_grain("revenue", &Grain::Week, "grain-too-fine");
    check_grain("profit", &Grain::Day, "grain-too-fine");
    check_grain("board", &Grain::Quarter, "");
    check_grain("board", &Grain::Month, "other-grain");
    check_grain("rate", &Grain::Year, "");
    check_grain("seen", &Grain::Day, "");
}
