//! A small project, and what is said about places in it: `$` marks the place.

use super::*;
use crate::model::Settings;
use crate::text::Sources;
use crate::units::Currency;

const WORLD: &str = r#"
source opportunities {
  key  id
  time closed_on

  id         : text
  account_id : text
  stage      : one of (open, won = "Closed Won", lost)
  amount     : USD
  created_on : date
  closed_on  : date?

  account -> accounts

  is_won = stage is won
  cycle  = closed_on - created_on

  measure bookings "Bookings" = sum(amount where is_won)
}

source accounts {
  key id
  id      : text
  segment : one of (smb, enterprise)
}

dimension segment "Segment" = accounts.segment
parameter margin : percent = 80%

/// Won of closed.
metric win_rate "Win rate" : percent = proportion(is_won of opportunities where stage is not open) {
  also "close ratio", "赢率"
}
metric bookings "Bookings" : USD = opportunities.bookings
metric bookings v2 = sum(opportunities.amount)
"#;

/// The world in one file and the text, without its `$`, in another.
fn project(text: &str) -> (Project, FileId, u32) {
    let at = text.find('$').unwrap_or(text.len());
    let mut sources = Sources::default();
    sources.add("world.kpi", WORLD);
    let file = sources.add("test.kpi", text.replacen('$', "", 1));
    let settings = Settings { currency: Currency::from_code("USD"), ..Settings::default() };
    (Project::new(settings, sources), file, at as u32)
}

fn labels(text: &str) -> Vec<String> {
    let (mut project, file, at) = project(text);
    complete(&project.view(), file, at).into_iter().map(|item| item.label).collect()
}

/// All of `wanted` are offered, and none of `unwanted`.
#[track_caller]
fn offers(text: &str, wanted: &[&str], unwanted: &[&str]) {
    let found = labels(text);
    for word in wanted {
        assert!(found.iter().any(|label| label == word), "no `{word}` in {found:?}");
    }
    for word in unwanted {
        assert!(!found.iter().any(|label| label == word), "`{word}` in {found:?}");
    }
}

#[test]
fn declarations_at_the_margin() {
    offers("$", &["metric", "source", "dimension"], &["key", "owner"]);
    offers("metric a = win_rate\nm$", &["metric"], &["and"]);
}

#[test]
fn items_of_blocks() {
    offers("source s {\n  $\n}", &["key", "time", "measure", "expect"], &["owner"]);
    offers("metric a = win_rate {\n  o$\n}", &["owner", "every", "let"], &["key"]);
    offers("metric a = win_rate { $ }", &["owner"], &["key"]);
    offers("source s {\n  id : text\n  key $\n}", &["id"], &["text"]);
    offers("source s {\n  on : date\n  id : text\n  time $\n}", &["on"], &["id"]);
    offers("source s {\n  accounts_id : text\n  a -> $\n}", &["accounts", "opportunities"], &["accounts_id"]);
    offers("metric a = win_rate {\n  tier $\n}", &["primary", "secondary"], &["higher"]);
    offers("metric a = win_rate {\n  by $\n}", &["segment"], &["win_rate"]);
    offers("metric a = win_rate {\n  every $\n}", &["month", "fiscal_year"], &["only"]);
    offers("metric a = win_rate {\n  every month $\n}", &["only"], &["month"]);
}

#[test]
fn units_behind_colons_and_as() {
    offers("metric a : $", &["percent", "USD", "days"], &["text", "win_rate"]);
    offers("metric a : USD/$ = win_rate", &["month"], &["win_rate"]);
    offers("source s {\n  a : $\n}", &["text", "date", "USD"], &[]);
    offers("metric a = bookings as $", &["USD"], &["win_rate"]);
}

#[test]
fn names_in_metrics() {
    offers("metric a = $", &["win_rate", "bookings", "sum", "prior", "margin"], &["stage", "previous"]);
    offers("metric a = $", &["close ratio (win_rate)", "赢率 (win_rate)"], &[]);
    offers("metric a = b + $\n{\n  let b = win_rate\n}", &["b"], &[]);
    offers("metric a = win_rate.$", &["v1"], &["amount"]);
    offers("metric a = opportunities.$", &["bookings", "amount"], &["win_rate"]);
}

#[test]
fn names_in_aggregates() {
    offers("metric a = sum($", &["opportunities", "accounts"], &["amount"]);
    offers("metric a = sum(opportunities.$)", &["amount", "account"], &["opportunities"]);
    offers(
        "metric a = sum(opportunities.amount where $)",
        &["stage", "account", "is_won"],
        &["opportunities"],
    );
    offers("metric a = sum(opportunities.amount where account.$)", &["segment"], &["amount"]);
    offers("metric a = proportion($ of opportunities)", &["is_won"], &[]);
    offers("metric a = sum(opportunities.amount on $)", &["closed_on", "created_on"], &["amount"]);
    offers("metric a = sum(opportunities.amount $)", &["where", "trailing", "at end"], &["amount"]);
}

#[test]
fn members_beside_their_column() {
    offers("metric a = count(opportunities where stage is $)", &["open", "won", "missing"], &["amount"]);
    offers("metric a = count(opportunities where stage in (open, $))", &["won"], &["amount"]);
    offers("metric a = count(opportunities where account.segment is not $)", &["smb"], &["won"]);
    offers("source s {\n  kind : one of (a, b)\n  is_a = kind is $\n}", &["a", "b"], &["kind"]);
}

#[test]
fn in_thresholds() {
    offers("thresholds $", &["win_rate", "bookings"], &["target"]);
    offers("thresholds bookings.$", &["v1", "v2"], &["win_rate"]);
    offers("thresholds win_rate {\n  $\n}", &["target", "critical", "only when"], &["let", "key"]);
    for block in ["thresholds win_rate {\n  ", "metric a = win_rate {\n  "] {
        let offers = |text: &str, wanted: &[&str], unwanted: &[&str]| {
            offers(&format!("{block}{text}"), wanted, unwanted);
        };
        offers("warn $\n}", &["below", "outside", "when"], &["win_rate"]);
        offers("warn below $\n}", &["target", "win_rate", "opportunities"], &["below"]);
        offers("warn below 20% $\n}", &["for", "by", "where", "clear", "of target"], &["from prior"]);
        offers("warn below 20% of $\n}", &["target", "benchmark"], &["win_rate"]);
        offers("warn below 20% by $\n}", &["segment"], &["win_rate", "for"]);
        offers("warn below 20% where $\n}", &["segment"], &["win_rate", "stage"]);
        offers("warn below 20% where segment is $\n}", &["smb", "enterprise"], &["won"]);
        offers("critical down 20% $\n}", &["from prior", "points"], &["to"]);
        offers("critical down 20% from $\n}", &["prior period", "prior year"], &["target", "and"]);
        offers("critical down 20% from prior $\n}", &["month", "year"], &["win_rate"]);
        offers("critical down 20% from prior year $\n}", &["for", "by"], &["win_rate", "to"]);
        offers("critical outside 20% $\n}", &["to", "stddev of last"], &["from prior"]);
        offers("critical when $\n}", &["value", "target", "prior", "win_rate"], &["stage"]);
        offers("critical below 20% for 2 $\n}", &["periods"], &["win_rate"]);
        offers("critical below 20% clear $\n}", &["below", "above", "when"], &["outside"]);
        offers("target $\n}", &["win_rate", "opportunities"], &["by"]);
        offers("target 30% $\n}", &["by", "where"], &["source"]);
        offers("benchmark 30% $\n}", &["by", "where", "source"], &[]);
        offers("only when $\n}", &["win_rate", "opportunities"], &["stage"]);
        offers("missing $\n}", &["ok", "warn", "critical"], &["win_rate"]);
    }
}

#[test]
fn in_scorecards_and_consumers() {
    let inside = |text: &str, wanted: &[&str], unwanted: &[&str]| {
        offers(&format!("scorecard s {{\n  {text}\n}}"), wanted, unwanted);
    };
    inside("$", &["metrics", "compare", "having"], &["target", "key"]);
    inside("metrics $", &["win_rate", "bookings"], &["segment"]);
    inside("metrics win_rate, $", &["win_rate", "bookings"], &["segment"]);
    inside("metrics win_rate, bookings.$", &["v1"], &["win_rate"]);
    inside("every $", &["month"], &["last"]);
    inside("every month $", &["last"], &["month"]);
    inside("by $", &["segment"], &["win_rate"]);
    inside("where $", &["segment"], &["win_rate"]);
    inside("where segment in (smb, $)", &["smb", "enterprise"], &["segment"]);
    inside("having $", &["segment", "win_rate"], &["stage"]);
    inside("compare prior period, $", &["prior year", "target"], &["win_rate"]);
    inside("compare prior $", &["period", "year"], &["target"]);
    offers("consumer \"deck\" {\n  $\n}", &["metrics", "by", "owner"], &["win_rate"]);
    offers("consumer \"deck\" { metrics $ }", &["win_rate"], &["segment"]);
    offers("consumer \"deck\" { metrics win_rate by $ }", &["segment"], &["win_rate"]);
}

#[test]
fn in_tests_and_their_tables() {
    let inside = |text: &str, wanted: &[&str], unwanted: &[&str]| {
        offers(&format!("test \"t\" {{\n  {text}\n}}"), wanted, unwanted);
    };
    inside("$", &["given", "expect", "as_of", "set"], &["metrics"]);
    inside("set $", &["margin"], &["win_rate"]);
    inside("given $", &["opportunities", "win_rate"], &["segment"]);
    inside("given win_rate $", &["every", "by"], &["win_rate"]);
    inside("given opportunities\n    | id | $ |", &["amount", "stage"], &["win_rate", "is_won"]);
    inside("given opportunities\n    | id | am$ |", &["amount"], &["win_rate"]);
    inside("given opportunities\n    | id | stage |\n    | a  | $ |", &["won", "lost"], &["amount"]);
    inside("given opportunities\n    | id | stage |\n    | $  | won |", &[], &["won", "amount"]);
    inside("expect $", &["win_rate", "no critical", "warn"], &["segment"]);
    inside("expect no $", &["critical", "warn"], &["win_rate"]);
    inside("expect critical $", &["win_rate"], &["every"]);
    inside("expect critical win_rate $", &["in", "where"], &["every"]);
    inside("expect win_rate $", &["every", "by", "where", "in"], &["segment"]);
    inside("expect win_rate, $", &["bookings"], &["segment"]);
    inside("expect win_rate every $", &["month"], &["win_rate"]);
    inside("expect win_rate by $", &["segment"], &["win_rate"]);
    inside("expect win_rate where segment is $", &["smb"], &["won"]);
    inside("expect win_rate where segment is smb $", &["and", "every"], &[]);
    inside("expect win_rate every month\n    | $ |", &["month", "win_rate"], &["bookings"]);
}

#[test]
fn in_rollups() {
    offers("rollup r per $", &["accounts", "opportunities", "month"], &["win_rate"]);
    offers("rollup r per opportunities.$", &["account_id"], &["win_rate"]);
    offers("rollup r per accounts {\n  $\n}", &["measure", "expect"], &["key"]);
    offers("rollup r per accounts {\n  a = $\n}", &["sum", "opportunities"], &["win_rate"]);
    offers("rollup r per accounts {\n  a = sum(opportunities.$)\n}", &["amount"], &["win_rate"]);
    offers(
        "rollup r per accounts {\n  a = count(opportunities where stage is $)\n}",
        &["won", "lost"],
        &["amount"],
    );
}

#[test]
fn nothing_in_comments_and_texts() {
    assert_eq!(labels("// met$"), Vec::<String>::new());
    assert_eq!(labels("metric a \"la$bel\" = b"), Vec::<String>::new());
}

/// What hover says, without what surrounds it.
fn hovered(text: &str) -> String {
    let (mut project, file, at) = project(text);
    hover(&project.view(), file, at).map(|hover| hover.text).unwrap_or_default()
}

#[test]
fn hover_tells_what_a_thing_is() {
    let text = hovered("metric a = win_$rate * 2");
    assert!(text.contains("proportion(is_won of opportunities where stage is not open)"), "{text}");
    assert!(
        text.contains("Won of closed.") && text.contains("unit `percent`") && text.contains("赢率"),
        "{text}"
    );
    assert!(hovered("metric a = bookings.v1 / win_rate\nmetric b = $a").contains("inlined: `"), "formula");
    assert!(
        hovered("metric a = count(opportunities where st$age is won)")
            .contains("stage : one of (open, won, lost)")
    );
    assert!(hovered("metric a = count(opportunities where stage is wo$n)").contains("won = \"Closed Won\""));
    assert!(
        hovered("metric a = count(opportunities where acc$ount.segment is smb)")
            .contains("-> accounts via account_id")
    );
    assert!(hovered("metric a = su$m(opportunities.amount)").contains("the sum"));
    assert!(hovered("metric a = count(opportunities trai$ling 30 days)").contains("end with the period"));
    assert!(
        hovered("metric a = count(opportunities where cy$cle > 2 days)")
            .contains("cycle : days? = closed_on - created_on")
    );
    assert_eq!(hovered("metric a = 4$2"), "");
}

/// The text at the definition of what is at the place.
fn defined(text: &str) -> Option<(String, usize)> {
    let (mut project, file, at) = project(text);
    let view = project.view();
    let span = definition(&view, file, at)?;
    let of = view.sources.get(span.file);
    Some((of.slice(span).to_string(), of.place(span.start).line))
}

#[test]
fn definitions_lie_in_other_files() {
    let at = |name: &str, line| Some((name.to_string(), line));
    assert_eq!(defined("metric a = win_rate$"), at("win_rate", 31));
    assert_eq!(defined("metric a = $bookings"), at("bookings", 35));
    assert_eq!(defined("metric a = $bookings.v1"), at("bookings", 34));
    assert_eq!(defined("metric a = count(opportunities where stage is wo$n)"), at("won", 8));
    assert_eq!(defined("metric a = count(opportunities where account.segm$ent is smb)"), at("segment", 24));
    assert_eq!(defined("metric a = opportunities.book$ings"), at("bookings", 18));
    assert_eq!(defined("metric a = x * 1 { let x = win_rate }\nmetric b = $x"), None);
}

#[test]
fn references_are_in_all_files() {
    let (mut project, file, at) = project("metric a = count(opportunities where is_$won)");
    let view = project.view();
    assert_eq!(references(&view, file, at, true).len(), 4);
    assert_eq!(references(&view, file, at, false).len(), 3);
}

/// The files after the renaming, or why there is none.
fn renamed(text: &str, new: &str) -> Result<(String, String), String> {
    let (mut project, file, at) = project(text);
    let view = project.view();
    let edits = rename(&view, file, at, new)?.edits;
    let after = |id: FileId| {
        let mut text = view.sources.get(id).text.clone();
        for edit in edits.iter().rev().filter(|edit| edit.span.file == id) {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
        text
    };
    Ok((after(FileId(0)), after(file)))
}

#[test]
fn renaming_reaches_all_files() {
    let (world, test) = renamed("metric a = win_$rate + win_rate", "close_rate").expect("it can be renamed");
    assert_eq!(test, "metric a = close_rate + close_rate");
    assert!(world.contains("metric close_rate \"Win rate\""));
    let (world, test) = renamed("metric a = book$ings - bookings.v1", "signed").expect("all versions");
    assert_eq!(test, "metric a = signed - signed.v1");
    assert!(world.contains("metric signed \"Bookings\"") && world.contains("metric signed v2"));
    assert!(world.contains("measure bookings"), "the measure is another thing");
}

#[test]
fn renaming_keeps_what_the_data_is_asked_for() {
    let (world, test) = renamed("metric a = sum(opportunities.am$ount)", "value").expect("a column");
    assert!(
        world.contains("value     : USD from \"amount\"") && test.contains("opportunities.value"),
        "{world}"
    );
    let (world, _) =
        renamed("metric a = count(opportunities where stage is $lost)", "gone").expect("a member");
    assert!(world.contains("gone = \"lost\")"), "{world}");
    let (world, _) =
        renamed("metric a = count(opportunities where account_$id is \"x\")", "customer").expect("via");
    assert!(
        world.contains("account -> accounts via customer") && world.contains("from \"account_id\""),
        "{world}"
    );
    let (world, _) =
        renamed("metric a = count(opportunities where acc$ount.segment is smb)", "buyer").expect("a link");
    assert!(world.contains("buyer -> accounts via account_id"), "{world}");
}

#[test]
fn renaming_reaches_ways_and_windows() {
    let rollup = "rollup each per accounts { a = count(opportunities via acc$ount)
        b = count(opportunities via opportunities.account) }";
    let (_, test) = renamed(rollup, "buyer").expect("a link");
    assert!(test.contains("via buyer)") && test.contains("via opportunities.buyer)"), "{test}");
    let calendar = "calendar ret$ail { weeks 4-4-5, year starts first sunday of february }
        metric a = count(opportunities retail.year to date)";
    let (_, test) = renamed(calendar, "shop").expect("a calendar");
    assert!(test.contains("calendar shop {") && test.contains("shop.year to date"), "{test}");
}

#[test]
fn renaming_reaches_the_tables_of_tests() {
    let test = "test \"t\" {
  given opportunities
    | id | stage | amount |
    | a  | won   | 10     |
  expect win_$rate every month where segment is smb
    | month   | win_rate |
    | 2026-01 | 100%     |
}
";
    let (_, text) = renamed(test, "rate").expect("a metric");
    assert!(text.contains("expect rate every") && text.contains("| month   | rate |"), "{text}");
    let (_, text) =
        renamed(&test.replace("_$rate", "_rate").replacen("stage", "sta$ge", 1), "phase").expect("a column");
    assert!(text.contains("| id | phase | amount |"), "{text}");
    let (world, text) =
        renamed(&test.replace("_$rate", "_rate").replace("won ", "wo$n "), "signed").expect("a member");
    assert!(text.contains("| a  | signed   | 10"), "{text}");
    assert!(world.contains("signed = \"Closed Won\"") && world.contains("stage is signed"), "{world}");
    let (world, text) =
        renamed(&test.replace("_$rate", "_rate").replace("is smb", "is s$mb"), "small").expect("a member");
    assert!(world.contains("small = \"smb\"") && text.contains("segment is small"), "{world} {text}");
}

#[test]
fn renaming_is_refused_with_a_reason() {
    let why = |text, new| renamed(text, new).expect_err("it is refused");
    assert_eq!(why("metric a = win_$rate", "when"), "`when` is a word of the language and cannot be a name");
    assert!(why("metric a = win_$rate", "win-rate").contains("is not a name"));
    assert!(why("metric a = win_$rate", "segment").contains("segment"));
    assert!(why("metric a = count(opportunities where is_$won)", "stage").contains("stage"));
    let taken = why("metric a = x * $win_rate { let x = bookings }", "x");
    assert!(taken.contains("already stands for something else"), "{taken}");
    assert!(why("metric a = su$m(opportunities.amount)", "total").contains("function of the language"));
    let broken = why("metric a = win_$rate\nmetric b = = win_rate", "rate");
    assert_eq!(broken, "test.kpi:2 does not parse and has the word `win_rate`: put it right first");
}

#[test]
fn symbols_of_a_file_and_of_all() {
    let (mut project, ..) = project("");
    let view = project.view();
    let symbols = document_symbols(&view, FileId(0));
    let names: Vec<&str> = symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    assert_eq!(
        names,
        ["opportunities", "accounts", "segment", "margin", "win_rate", "bookings", "bookings v2"]
    );
    assert_eq!(symbols[0].children.len(), 10);
    let found = |query: &str| workspace_symbols(&view, query).into_iter().map(|s| s.name).collect::<Vec<_>>();
    assert_eq!(found("close ratio"), ["win_rate"]);
    assert_eq!(found("赢"), ["win_rate"]);
    assert_eq!(found("cycl"), ["cycle"]);
}

#[test]
fn hints_say_units_that_are_not_written() {
    let (mut project, file, _) =
        project("metric a = x / 2 {\n  let x = opportunities.bookings\n}\nmetric b : USD = bookings");
    let view = project.view();
    let texts =
        |file| hints(&view, file).into_iter().map(|hint| (hint.offset, hint.text)).collect::<Vec<_>>();
    assert_eq!(texts(file), [(8, ": USD".to_string()), (26, ": USD".to_string())]);
    let of_world: Vec<String> = texts(FileId(0)).into_iter().map(|(_, text)| text).collect();
    assert_eq!(of_world, [": days", ": USD", ": USD"]);
}

#[test]
fn tokens_tell_names_apart() {
    let (mut project, file, _) =
        project("/// Docs.\nmetric a : USD = sum(opportunities.amount where stage is won) // end");
    let view = project.view();
    let text = &view.sources.get(file).text;
    let found: Vec<(&str, TokenKind)> =
        tokens(&view, file).iter().map(|token| (&text[token.span.range()], token.kind)).collect();
    use TokenKind::*;
    assert_eq!(
        found,
        [
            ("/// Docs.", Docs),
            ("metric", Keyword),
            ("a", Metric),
            (":", Operator),
            ("USD", Unit),
            ("=", Operator),
            ("sum", Function),
            ("opportunities", Source),
            (".", Operator),
            ("amount", Column),
            ("where", Keyword),
            ("stage", Column),
            ("is", Keyword),
            ("won", Member),
            ("// end", Comment),
        ]
    );
}

#[test]
fn folds_are_blocks_and_comments() {
    let (mut project, file, _) =
        project("// one\n// two\nsource s {\n  key id\n  id : text\n}\nmetric a = f(\n  b\n)\n");
    let view = project.view();
    let lines = |fold: &Fold| {
        let of = view.sources.get(file);
        (of.place(fold.span.start).line, of.place(fold.span.end).line, fold.comment)
    };
    let found: Vec<_> = folds(&view, file).iter().map(lines).collect();
    assert_eq!(found, [(1, 2, true), (3, 6, false), (7, 9, false)]);
}

#[test]
fn line_edits_make_one_text_of_the_other() {
    let old = "a\nb\nc\n赢\ne";
    let new = "a\nB\nc\nd\ne\n";
    let mut sources = Sources::default();
    let file = sources.add("a.kpi", old);
    let mut text = old.to_string();
    let edits = line_edits(sources.get(file), new);
    assert_eq!(edits.len(), 2);
    for edit in edits.iter().rev() {
        text.replace_range(edit.span.range(), &edit.replacement);
    }
    assert_eq!(text, new);
}

#[test]
fn a_changed_file_is_checked_with_the_others() {
    let (mut project, file, _) = project("metric a = bookings");
    let errors =
        |project: &mut Project| project.view().problems.iter().filter(|p| p.name != "unused").count();
    assert_eq!(errors(&mut project), 0);
    project.set_text(file, "metric a = bokings");
    assert!(project.view().problems.iter().any(|p| p.name == "unknown-name"));
    project.set_text(file, "metric a = (");
    assert!(project.view().problems.iter().any(|p| p.name == "unclosed"));
    project.set_text(file, "metric a = win_rate");
    assert_eq!(errors(&mut project), 0);
}

/// Whatever stands there and wherever the cursor is, nothing falls over.
#[test]
fn every_place_of_a_broken_file_can_be_asked() {
    let text = "metric a = sum(opportunities.amount where stage is (won and account. \nsource s {\n  x = y is\n  l -> nowhere\n  key ,\n}\nrollup r per l.x, period {\n  a = sum(s.\n}\ndimension d = r.\nmetric b v2 \"赢 = if";
    for cut in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
        let (mut project, file, _) = project(&text[..cut]);
        let view = project.view();
        complete(&view, file, cut as u32);
        hover(&view, file, cut as u32);
        definition(&view, file, cut as u32 / 2);
        let _ = rename(&view, file, cut as u32 / 2, "other");
        tokens(&view, file);
        hints(&view, file);
        folds(&view, file);
        document_symbols(&view, file);
    }
}
