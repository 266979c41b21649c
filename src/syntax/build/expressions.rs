//! Expressions: a flat row of operands and operators becomes a tree, by precedence climbing.

use pest::iterators::{Pair, Pairs};

use super::Builder;
use super::literals::expr;
use super::operators::{Level, Meaning, Mistake, Operator};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Placement, UnaryOp};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::{
    BadExpression, ChainedComparison, EqualsInExpression, ForeignLiteral, ForeignOperator, Instead,
    MAX_OPERATORS, TooManyOperators,
};
use crate::text::Span;

impl Builder<'_> {
    /// The next pair `expression` among `pairs`, which the grammar says is there.
    pub(super) fn next_expression(&mut self, pairs: &mut Pairs<Rule>) -> Expr {
        self.expression(super::next(pairs, Rule::expression))
    }

    pub(super) fn expressions(&mut self, pairs: Pairs<Rule>) -> Vec<Expr> {
        let expressions = pairs.filter(|pair| pair.as_rule() == Rule::expression);
        expressions.map(|pair| self.expression(pair)).collect()
    }

    pub fn expression(&mut self, pair: Pair<Rule>) -> Expr {
        if self.depth == 0 && self.count_operators && operators(&pair) > MAX_OPERATORS {
            let span = self.span(&pair);
            self.problems.push(TooManyOperators { span });
            return expr(ExprKind::Error, span);
        }
        self.depth += 1;
        let value = self.climb(&mut pair.into_inner(), Level::Loosest);
        self.depth -= 1;
        value
    }

    /// An operand and all operators behind it that bind at least as tightly as `level`.
    fn climb(&mut self, pairs: &mut Pairs<Rule>, level: Level) -> Expr {
        let mut left = self.operand(pairs, level);
        let mut compared: Option<Span> = None;
        while let Some(next) = pairs.peek() {
            let before = left.span;
            match next.as_rule() {
                Rule::conversion if Level::As >= level => {
                    pairs.next();
                    left = self.conversion(left, next);
                }
                Rule::stray_percent => {
                    pairs.next();
                    left = self.stray_percent(left, &next);
                }
                Rule::operator => {
                    let meaning = Operator::meaning(next.as_str());
                    if meaning.operator.level() < level {
                        break;
                    }
                    pairs.next();
                    let span = self.token_span(&next);
                    let operator = self.operator(meaning, &next, span);
                    let chained = compared.filter(|_| operator.level() == Level::Compare);
                    let right = self.right_side(left, operator, span, pairs);
                    left = right;
                    if let Some(first) = chained {
                        left = self.chained(first, span, left);
                    } else if operator.level() == Level::Compare {
                        compared = Some(before.to(span));
                    }
                }
                _ => break,
            }
        }
        left
    }

    /// Reports the operator of another language, and goes on with what it means.
    fn operator(&mut self, meaning: Meaning, pair: &Pair<Rule>, span: Span) -> Operator {
        let written = pair.as_str().to_owned();
        match meaning.mistake {
            None => {}
            Some(Mistake::Equals) => self.problems.push(EqualsInExpression { written, span }),
            Some(Mistake::Foreign(instead)) => self.problems.push(ForeignOperator { written, instead, span }),
        }
        meaning.operator
    }

    fn chained(&mut self, first: Span, second: Span, value: Expr) -> Expr {
        self.problems.push(ChainedComparison { first, second });
        expr(ExprKind::Error, value.span)
    }

    fn right_side(&mut self, left: Expr, operator: Operator, at: Span, pairs: &mut Pairs<Rule>) -> Expr {
        match operator {
            Operator::Binary(op) => {
                let right = self.climb(pairs, operator.level().tighter());
                binary(op, left, right)
            }
            Operator::In | Operator::NotIn => self.membership(left, operator == Operator::NotIn, at, pairs),
            Operator::Within => self.within(left, at, pairs),
            Operator::After => self.placed(left, Placement::After, at, pairs),
            Operator::Before => self.placed(left, Placement::Before, at, pairs),
        }
    }

    /// `in (a, b)`, `in period`
    fn membership(&mut self, value: Expr, negated: bool, at: Span, pairs: &mut Pairs<Rule>) -> Expr {
        if let Some(list) = super::next_if(pairs, Rule::parentheses) {
            let span = value.span.to(self.span(&list));
            let list = self.expressions(list.into_inner());
            return expr(ExprKind::In { value, list, negated }, span);
        }
        let right = self.climb(pairs, Level::As);
        let span = value.span.to(right.span);
        if is_word(&right, "period") {
            let placed = expr(ExprKind::Placed { value, place: Placement::In }, span);
            return if negated { expr(ExprKind::Unary(UnaryOp::Not, placed), span) } else { placed };
        }
        self.bad_unless_reported(
            &right,
            BadExpression {
                message: "`in` needs a list in parentheses, or `period`".to_owned(),
                span: if right.span == Span::default() { at } else { right.span },
                help: "for example `stage in (won, lost)`, or `closed_on in period`; one value is compared with `is`".to_owned(),
            },
        );
        expr(ExprKind::Error, span)
    }

    /// `before period`, `after period`
    fn placed(&mut self, value: Expr, place: Placement, at: Span, pairs: &mut Pairs<Rule>) -> Expr {
        let right = self.climb(pairs, Level::As);
        let span = value.span.to(right.span);
        if is_word(&right, "period") {
            return expr(ExprKind::Placed { value, place }, span);
        }
        let (word, sign) = if place == Placement::After { ("after", ">") } else { ("before", "<") };
        self.problems.push(ForeignOperator {
            written: word.to_owned(),
            instead: Instead::Comparison(sign),
            span: at,
        });
        expr(ExprKind::Error, span)
    }

    /// `within 30 days after y`
    fn within(&mut self, value: Expr, at: Span, pairs: &mut Pairs<Rule>) -> Expr {
        let duration = self.climb(pairs, Level::As);
        let next = pairs.peek().filter(|next| matches!(next.as_str(), "after" | "before"));
        let Some(direction) = next else {
            let span = value.span.to(duration.span);
            let help = "for example `paid_on within 30 days after ordered_on`".to_owned();
            let message = "`within` needs `after` or `before` and a date".to_owned();
            self.bad_unless_reported(&duration, BadExpression { message, span: at.to(duration.span), help });
            return expr(ExprKind::Error, span);
        };
        pairs.next();
        let anchor = self.climb(pairs, Level::As);
        let span = value.span.to(anchor.span);
        let before = direction.as_str() == "before";
        expr(ExprKind::Within { value, duration, before, anchor }, span)
    }

    fn conversion(&mut self, value: Expr, pair: Pair<Rule>) -> Expr {
        let unit = self.unit(super::next(&mut pair.into_inner(), Rule::unit));
        let span = value.span.to(unit.span);
        expr(ExprKind::As(value, unit), span)
    }

    /// `25 %`
    fn stray_percent(&mut self, value: Expr, pair: &Pair<Rule>) -> Expr {
        let span = value.span.to(self.token_span(pair));
        match *value.kind {
            ExprKind::Number(mut number) if !number.percent => {
                let instead = format!("{}%", number.digits);
                let written = format!("{} %", number.digits);
                let why = "`%` is glued to its number";
                self.problems.push(ForeignLiteral { written, instead, why, span });
                number.percent = true;
                expr(ExprKind::Number(number), span)
            }
            _ => {
                let message = "`%` stands only behind a number".to_owned();
                let help =
                    "for example `25%`; a rate is shown in percent by declaring `: percent`".to_owned();
                self.problems.push(BadExpression { message, span: self.token_span(pair), help });
                expr(ExprKind::Error, span)
            }
        }
    }

    fn operand(&mut self, pairs: &mut Pairs<Rule>, level: Level) -> Expr {
        let next = pairs.next().expect("the grammar has an operand here");
        match next.as_rule() {
            Rule::negation => self.negation(next, pairs, level),
            Rule::condition => self.conditions(next, pairs),
            _ => self.primary(next),
        }
    }

    /// `-x`, `not P`, any number of them in a row without recursion.
    fn negation(&mut self, first: Pair<Rule>, pairs: &mut Pairs<Rule>, level: Level) -> Expr {
        let op = if first.as_str() == "-" { UnaryOp::Neg } else { UnaryOp::Not };
        let mut starts = vec![self.negation_sign(&first, level)];
        while let Some(next) = pairs.peek().filter(|next| next.as_rule() == Rule::negation) {
            if (next.as_str() == "-") != (op == UnaryOp::Neg) {
                break;
            }
            pairs.next();
            starts.push(self.negation_sign(&next, level));
        }
        let inner = self.climb(pairs, if op == UnaryOp::Neg { Level::Negation } else { Level::Not });
        starts.into_iter().rev().fold(inner, |value, start| {
            let span = start.to(value.span);
            expr(ExprKind::Unary(op, value), span)
        })
    }

    fn negation_sign(&mut self, pair: &Pair<Rule>, level: Level) -> Span {
        let span = self.token_span(pair);
        match pair.as_str() {
            "!" => {
                let instead = Instead::Operator("not ");
                self.problems.push(ForeignOperator { written: "!".to_owned(), instead, span });
            }
            "not" if level > Level::Not => self.problems.push(BadExpression {
                message: "`not` binds looser than the operator before it".to_owned(),
                span,
                help: "put it in parentheses: `(not …)`".to_owned(),
            }),
            _ => {}
        }
        span
    }

    /// `if C then A else B`; a chain of `else if` is built without recursion.
    fn conditions(&mut self, first: Pair<Rule>, pairs: &mut Pairs<Rule>) -> Expr {
        let mut branches = vec![self.condition(first)];
        while let Some(next) = super::next_if(pairs, Rule::condition) {
            branches.push(self.condition(next));
        }
        let otherwise = self.climb(pairs, Level::Loosest);
        branches.into_iter().rev().fold(otherwise, |otherwise, (start, condition, then)| {
            let span = start.to(otherwise.span);
            expr(ExprKind::If { condition, then, otherwise }, span)
        })
    }

    fn condition(&mut self, pair: Pair<Rule>) -> (Span, Expr, Expr) {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        (span, self.next_expression(&mut inner), self.next_expression(&mut inner))
    }

    fn primary(&mut self, pair: Pair<Rule>) -> Expr {
        match pair.as_rule() {
            Rule::reference => self.reference(pair),
            Rule::quantity => self.quantity(pair),
            Rule::date => self.date_or_timestamp(&pair),
            Rule::string => {
                let text = self.text(&pair);
                expr(ExprKind::Text(text.value), text.span)
            }
            Rule::parentheses => self.parentheses(pair),
            Rule::choose => self.choose(pair),
            Rule::constant => expr(constant(pair.as_str()), self.token_span(&pair)),
            _ => self.foreign_quotes(&pair),
        }
    }

    fn parentheses(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let mut elements = self.expressions(pair.into_inner());
        if elements.len() > 1 {
            let message = "a list stands only behind `in`".to_owned();
            let help = "for example `stage in (won, lost)`".to_owned();
            self.problems.push(BadExpression { message, span, help });
            return expr(ExprKind::Error, span);
        }
        match elements.pop() {
            Some(element) => expr(ExprKind::Group(element), span),
            None => expr(ExprKind::Error, span),
        }
    }

    /// `choose { new when P, else other }`
    fn choose(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let (mut arms, mut otherwise) = (Vec::new(), None);
        for part in pair.into_inner() {
            let rule = part.as_rule();
            let mut inner = part.into_inner();
            match rule {
                Rule::arm => arms.push((self.next_ident(&mut inner), self.next_expression(&mut inner))),
                Rule::choose_else => otherwise = Some(self.next_ident(&mut inner)),
                _ => {}
            }
        }
        expr(ExprKind::Choose { arms, otherwise }, span)
    }

    /// `'text'` is a text in other languages, `` `name` `` a name.
    fn foreign_quotes(&mut self, pair: &Pair<Rule>) -> Expr {
        let (written, span) = (pair.as_str(), self.token_span(pair));
        let content = &written[1..written.len() - 1];
        let (instead, why, kind) = if pair.as_rule() == Rule::single_quoted {
            let quoted = format!("\"{}\"", content.replace('\\', "\\\\").replace('"', "\\\""));
            (quoted, "a text stands in double quotes", ExprKind::Text(content.to_owned()))
        } else {
            (content.to_owned(), "a name stands without quotes", ExprKind::Error)
        };
        self.problems.push(ForeignLiteral { written: written.to_owned(), instead, why, span });
        expr(kind, span)
    }

    /// Nothing more about a part that has been reported.
    fn bad_unless_reported(&mut self, part: &Expr, problem: BadExpression) {
        if *part.kind != ExprKind::Error {
            self.problems.push(problem);
        }
    }
}

fn constant(word: &str) -> ExprKind {
    match word {
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        _ => ExprKind::Missing,
    }
}

/// `x is missing` and `x is present` ask whether there is a value, all others compare values.
fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    let asks = match op {
        BinaryOp::Is | BinaryOp::IsNot if *right.kind == ExprKind::Missing => Some(op == BinaryOp::IsNot),
        BinaryOp::Is | BinaryOp::IsNot if is_word(&right, "present") => Some(op == BinaryOp::Is),
        _ => None,
    };
    match asks {
        Some(negated) => expr(ExprKind::IsMissing { value: left, negated }, span),
        None => expr(ExprKind::Binary(op, left, right), span),
    }
}

fn is_word(value: &Expr, word: &str) -> bool {
    matches!(&*value.kind, ExprKind::Path(path) if path.parts.len() == 1 && path.parts[0].name == word)
}

fn operators(pair: &Pair<Rule>) -> usize {
    let counts = |rule| matches!(rule, Rule::operator | Rule::negation | Rule::condition | Rule::conversion);
    pair.clone().into_inner().flatten().filter(|pair| counts(pair.as_rule())).count()
}
