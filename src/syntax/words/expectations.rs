//! The rules that could have gone on, as one phrase: many that belong together are one
//! thing to an author, and what goes without saying is left out.

use super::Piece;
use super::rules::words;
use crate::syntax::grammar::Rule;

/// "an operator, `,` or `)`"
pub fn expectations(rules: &[Rule], piece: Piece) -> String {
    let mut rules = rules.to_vec();
    let groups: Vec<&str> = GROUPS.iter().filter_map(|group| group.collapse(&mut rules)).collect();
    leave_out_signs(&mut rules, !groups.is_empty());
    let said = rules.iter().map(|rule| if *rule == Rule::EOI { next_after(piece) } else { words(*rule) });
    let mut all = groups;
    for word in said.filter(|word| !word.is_empty()) {
        if !all.contains(&word) {
            all.push(word);
        }
    }
    join(&all)
}

fn join(all: &[&str]) -> String {
    match all.split_last() {
        None => "something else".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

fn next_after(piece: Piece) -> &'static str {
    match piece.what {
        "declaration" => "the next declaration",
        "item" => "the next item",
        "attribute" => "the next attribute",
        "head" => "`{`",
        _ => "the end",
    }
}

/// Rules that together are one thing.
struct Group {
    words: &'static str,
    /// Where all of these are possible …
    all_of: &'static [Rule],
    /// … these are not worth saying.
    covers: &'static [Rule],
}

const GROUPS: [Group; 11] = [
    Group {
        words: "an item",
        all_of: &[Rule::kw_key, Rule::kw_measure],
        covers: &[
            Rule::where_item,
            Rule::kw_where,
            Rule::named_item,
            Rule::ident,
            Rule::kw_measure,
            Rule::kw_expect,
            Rule::kw_key,
            Rule::kw_time,
            Rule::kw_valid,
            Rule::kw_snapshot,
            Rule::kw_keep,
        ],
    },
    Group {
        words: "an item",
        all_of: &[Rule::kw_measure, Rule::kw_expect],
        covers: &[Rule::rollup_column, Rule::ident, Rule::kw_measure, Rule::kw_expect],
    },
    Group {
        words: "an item",
        all_of: &[Rule::kw_given, Rule::kw_expect],
        covers: &[Rule::kw_as_of, Rule::kw_set, Rule::kw_given, Rule::kw_expect],
    },
    Group {
        words: "a part of the question such as `every`",
        all_of: &[Rule::kw_every, Rule::kw_last],
        covers: &[
            Rule::clause,
            Rule::ask_every,
            Rule::kw_every,
            Rule::ask_last,
            Rule::kw_last,
            Rule::ask_by,
            Rule::kw_by,
            Rule::where_part,
            Rule::kw_where,
            Rule::ask_having,
            Rule::kw_having,
            Rule::ask_in,
            Rule::kw_in,
            Rule::ask_from,
            Rule::kw_from,
            Rule::ask_to,
            Rule::kw_to,
            Rule::ask_as_of,
            Rule::kw_as_of,
        ],
    },
    Group {
        words: "an attribute",
        all_of: &[Rule::kw_owner, Rule::kw_tier],
        covers: &[
            Rule::kw_let,
            Rule::kw_owner,
            Rule::kw_playbook,
            Rule::kw_tags,
            Rule::kw_tier,
            Rule::kw_roles,
            Rule::kw_also,
            Rule::kw_label,
            Rule::kw_every,
            Rule::kw_by,
            Rule::kw_better,
            Rule::kw_show,
            Rule::kw_status,
            Rule::kw_deprecated,
            Rule::kw_target,
            Rule::kw_benchmark,
            Rule::kw_severity,
            Rule::kw_only,
            Rule::kw_missing,
        ],
    },
    Group {
        words: "an item",
        all_of: &[Rule::kw_target, Rule::kw_severity],
        covers: &[
            Rule::kw_owner,
            Rule::kw_playbook,
            Rule::kw_target,
            Rule::kw_benchmark,
            Rule::kw_severity,
            Rule::kw_only,
            Rule::kw_missing,
        ],
    },
    Group {
        words: "an item",
        all_of: &[Rule::kw_metrics, Rule::kw_compare],
        covers: &[
            Rule::kw_metrics,
            Rule::kw_every,
            Rule::kw_by,
            Rule::kw_where,
            Rule::kw_having,
            Rule::kw_from,
            Rule::kw_compare,
            Rule::kw_owner,
            Rule::kw_roles,
            Rule::kw_tags,
        ],
    },
    Group {
        words: "`below`, `above`, `outside`, `down`, `up` or `when`",
        all_of: &[Rule::kw_below, Rule::kw_outside],
        covers: &[Rule::kw_below, Rule::kw_above, Rule::kw_outside, Rule::direction, Rule::kw_when],
    },
    Group {
        words: "a part such as `for`",
        all_of: &[Rule::kw_for, Rule::kw_clear],
        covers: &[
            Rule::kw_for,
            Rule::kw_clear,
            Rule::kw_by,
            Rule::kw_where,
            Rule::kw_playbook,
            Rule::kw_owner,
            Rule::limit_unit,
            Rule::limit_of,
            Rule::kw_of,
            Rule::unit,
        ],
    },
    Group {
        words: "an expression",
        all_of: &[Rule::string, Rule::constant],
        covers: &[
            Rule::expression,
            Rule::reference,
            Rule::path,
            Rule::date,
            Rule::quantity,
            Rule::number,
            Rule::string,
            Rule::parentheses,
            Rule::lparen,
            Rule::choose,
            Rule::kw_choose,
            Rule::condition,
            Rule::kw_if,
            Rule::constant,
        ],
    },
    Group {
        words: "a part such as `where`",
        all_of: &[Rule::during, Rule::ever],
        covers: &[
            Rule::where_part,
            Rule::kw_where,
            Rule::on,
            Rule::kw_on,
            Rule::trailing,
            Rule::kw_trailing,
            Rule::at_moment,
            Rule::kw_at,
            Rule::during,
            Rule::ever,
            Rule::mature,
            Rule::kw_mature,
            Rule::of,
            Rule::kw_of,
            Rule::over,
            Rule::kw_over,
            Rule::via,
            Rule::kw_via,
            Rule::per,
            Rule::kw_per,
            Rule::by_part,
            Rule::kw_by,
            Rule::to_date,
        ],
    },
];

impl Group {
    fn collapse(&self, rules: &mut Vec<Rule>) -> Option<&'static str> {
        if !self.all_of.iter().all(|rule| rules.contains(rule)) {
            return None;
        }
        rules.retain(|rule| !self.covers.contains(rule));
        Some(self.words)
    }
}

/// Behind a whole value or type nearly every sign could follow: only what ends it is worth saying.
fn leave_out_signs(rules: &mut Vec<Rule>, others: bool) {
    let sign = |rule: &Rule| {
        matches!(rule, Rule::lparen | Rule::arguments | Rule::kw_as | Rule::optional | Rule::unit_operator)
    };
    if others || !rules.iter().all(sign) {
        rules.retain(|rule| !sign(rule));
    }
    // "an operator" comes first: it is what most often is missing.
    if let Some(at) = rules.iter().position(|rule| *rule == Rule::operator) {
        rules[..=at].rotate_right(1);
    }
    let end = rules.iter().position(|rule| *rule == Rule::EOI);
    if let Some(at) = end {
        rules[at..].rotate_left(1);
    }
}
