//! pest's errors in the author's words: what could stand here, what stands here.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::lexer::{Lexer, RESERVED, Token, TokenKind};
use super::problems::Syntax;
use super::teach;
use crate::text::{SourceFile, Span};

/// A part of a file that is parsed alone.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    pub start: usize,
    pub end: usize,
    /// "declaration", "item", "expression"
    pub what: &'static str,
}

/// Where reading stopped, and the rules that could have gone on there.
pub struct Stop {
    /// In the file.
    pub at: usize,
    pub expected: Vec<Rule>,
}

impl Stop {
    pub fn new(piece: Piece, error: &Error<Rule>) -> Stop {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let expected = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.clone(),
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Stop { at: piece.start + at, expected }
    }
}

pub fn syntax_problem(file: &SourceFile, piece: Piece, stop: &Stop) -> Syntax {
    let tokens = tokens_around(&file.text[..piece.end], piece.start, stop.at);
    let expected = expectations(&stop.expected, piece);
    let Some(found) = tokens.found else {
        let last = tokens.before.unwrap_or(Token::empty(stop.at));
        return Syntax {
            expected,
            found: format!("the end of the {}", piece.what),
            help: None,
            fix: None,
            span: Span::new(file.id, last.start, last.end),
        };
    };
    let lesson = teach::lesson(&file.text, tokens.before, found, &stop.expected);
    Syntax {
        expected,
        found: describe(found, &file.text),
        help: lesson.help,
        fix: lesson.fix,
        span: Span::new(file.id, found.start, found.end),
    }
}

struct Around {
    before: Option<Token>,
    found: Option<Token>,
}

fn tokens_around(text: &str, start: usize, at: usize) -> Around {
    let mut before = None;
    for token in Lexer::new(text, start).filter(|token| !token.is_comment()) {
        if token.end > at {
            return Around { before, found: Some(token.from(at)) };
        }
        before = Some(token);
    }
    Around { before, found: None }
}

/// `the text "Deal Value"`, `` `=` ``
fn describe(token: Token, text: &str) -> String {
    let written = token.text(text);
    match token.kind {
        TokenKind::Text | TokenKind::UnclosedText => format!("the text {written}"),
        TokenKind::Word if RESERVED.contains(&written) => format!("the reserved word `{written}`"),
        TokenKind::Symbol => match invisible(written) {
            Some(name) => name.to_owned(),
            None => format!("`{written}`"),
        },
        _ => format!("`{written}`"),
    }
}

fn invisible(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "\u{a0}" | "\u{202f}" => "a no-break space",
        "\u{3000}" => "a full-width space",
        "\u{feff}" | "\u{200b}" | "\u{200c}" | "\u{200d}" | "\u{2060}" => "an invisible character",
        _ => return None,
    })
}

/// "a name, `(` or a number"
fn expectations(rules: &[Rule], piece: Piece) -> String {
    let mut all: Vec<&str> = Vec::new();
    for rule in rules {
        let said = if *rule == Rule::EOI { end_of(piece) } else { words(*rule) };
        if !said.is_empty() && !all.contains(&said) {
            all.push(said);
        }
    }
    match all.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn end_of(piece: Piece) -> &'static str {
    match piece.what {
        "declaration" => "the next declaration",
        "item" => "the next item",
        "attribute" => "the next attribute",
        "head" => "`{`",
        _ => "the end",
    }
}

/// What an author calls the rule; empty for what is let in only for its message, or
/// goes without saying beside its alternatives.
fn words(rule: Rule) -> &'static str {
    match rule {
        Rule::EOI => "the end",
        Rule::WHITESPACE | Rule::COMMENT | Rule::trivia | Rule::word_char | Rule::word | Rule::reserved => "",
        Rule::negation | Rule::conversion | Rule::stray_percent | Rule::arguments | Rule::part_only => "",
        Rule::star | Rule::single_quoted | Rule::backquoted | Rule::idents | Rule::prefix => "",
        Rule::ident | Rule::path => "a name",
        Rule::string => "a text in double quotes",
        Rule::integer => "a whole number",
        Rule::number | Rule::quantity => "a number",
        Rule::date => "a date",
        Rule::duration_unit => "",
        Rule::version => "a version such as `v2`",
        Rule::colon | Rule::column | Rule::declared_unit => "`:`",
        Rule::comma => "`,`",
        Rule::equals | Rule::computed => "`=`",
        Rule::arrow | Rule::link => "`->`",
        Rule::lparen => "`(`",
        Rule::rparen => "`)`",
        Rule::open | Rule::attributes | Rule::members_all => "`{`",
        Rule::close => "`}`",
        Rule::optional => "`?`",
        Rule::kw_source | Rule::source | Rule::source_head | Rule::whole_source => "`source`",
        Rule::kw_rollup | Rule::rollup | Rule::rollup_head | Rule::whole_rollup => "`rollup`",
        Rule::kw_dimension | Rule::dimension | Rule::whole_dimension => "`dimension`",
        Rule::kw_metric | Rule::metric | Rule::metric_head | Rule::whole_metric => "`metric`",
        Rule::kw_parameter | Rule::parameter | Rule::whole_parameter => "`parameter`",
        Rule::kw_calendar | Rule::calendar | Rule::whole_calendar => "`calendar`",
        Rule::whole_source_head | Rule::whole_rollup_head | Rule::whole_metric_head => "a declaration",
        Rule::whole_source_item | Rule::whole_rollup_item | Rule::source_item | Rule::rollup_item => {
            "an item"
        }
        Rule::whole_attribute | Rule::attribute => "an attribute",
        Rule::whole_expression | Rule::expression | Rule::operand => "an expression",
        Rule::named_item | Rule::rollup_column => "a name",
        Rule::kw_from | Rule::from | Rule::raw_name => "`from`",
        Rule::kw_delimiter | Rule::delimiter => "`delimiter`",
        Rule::kw_where | Rule::where_item | Rule::where_part => "`where`",
        Rule::kw_key | Rule::key => "`key`",
        Rule::kw_time | Rule::time => "`time`",
        Rule::kw_by | Rule::by | Rule::by_part => "`by`",
        Rule::kw_valid | Rule::valid => "`valid`",
        Rule::kw_to => "`to`",
        Rule::kw_snapshot | Rule::snapshot => "`snapshot`",
        Rule::kw_keep | Rule::keep => "`keep`",
        Rule::kw_latest | Rule::link_latest => "`latest`",
        Rule::kw_distinct | Rule::distinct => "`distinct`",
        Rule::kw_via | Rule::via | Rule::link_via | Rule::dimension_via => "`via`",
        Rule::kw_at | Rule::link_at | Rule::at_moment => "`at`",
        Rule::kw_before => "`before`",
        Rule::kw_within => "`within`",
        Rule::kw_measure | Rule::measure => "`measure`",
        Rule::kw_expect | Rule::expect => "`expect`",
        Rule::kw_unique | Rule::unique => "`unique`",
        Rule::kw_fresh | Rule::fresh => "`fresh`",
        Rule::kw_else | Rule::choose_else => "`else`",
        Rule::kw_warn => "`warn`",
        Rule::kw_one | Rule::one_of => "`one of (…)`",
        Rule::kw_of | Rule::of => "`of`",
        Rule::kw_decimal | Rule::decimal => "`decimal`",
        Rule::data_type => "a type",
        Rule::member => "a member's name",
        Rule::unit | Rule::unit_name => "a unit",
        Rule::unit_one => "`1`",
        Rule::unit_operator => "`/`",
        Rule::kw_per | Rule::per => "`per`",
        Rule::kw_in | Rule::bands => "`in bands`",
        Rule::kw_bands => "`bands`",
        Rule::band => "a band's name",
        Rule::below => "`<`",
        Rule::kw_members => "`members`",
        Rule::kw_all => "`all`",
        Rule::kw_weeks => "`weeks`",
        Rule::week_pattern => "a pattern such as `4-4-5`",
        Rule::kw_year => "`year`",
        Rule::kw_starts => "`starts`",
        Rule::kw_if | Rule::condition => "`if`",
        Rule::kw_then => "`then`",
        Rule::kw_choose | Rule::choose => "`choose`",
        Rule::kw_when => "`when`",
        Rule::kw_as => "`as`",
        Rule::kw_over | Rule::over => "`over`",
        Rule::kw_on | Rule::on => "`on`",
        Rule::kw_trailing | Rule::trailing => "`trailing`",
        Rule::kw_date | Rule::to_date => "`date`",
        Rule::kw_end => "`end`",
        Rule::kw_start => "`start`",
        Rule::during => "`during`",
        Rule::ever => "`ever`",
        Rule::kw_mature | Rule::mature => "`mature`",
        Rule::part => "`where`",
        Rule::kw_let | Rule::let_attribute => "`let`",
        Rule::kw_owner | Rule::owner => "`owner`",
        Rule::kw_playbook | Rule::playbook => "`playbook`",
        Rule::kw_tags | Rule::tags => "`tags`",
        Rule::kw_tier | Rule::tier => "`tier`",
        Rule::kw_roles | Rule::roles => "`roles`",
        Rule::kw_also | Rule::also => "`also`",
        Rule::kw_label | Rule::label => "`label`",
        Rule::kw_every | Rule::every => "`every`",
        Rule::only => "`only`",
        Rule::kw_better | Rule::better => "`better`",
        Rule::kw_show | Rule::show => "`show`",
        Rule::kw_decimals => "`decimals`",
        Rule::kw_status | Rule::status => "`status`",
        Rule::kw_deprecated | Rule::deprecated => "`deprecated`",
        Rule::kw_until => "`until`",
        Rule::operator => "an operator",
        Rule::reference => "a name",
        Rule::parentheses => "`(`",
        Rule::arm => "a member's name",
        Rule::constant => "a value",
    }
}
