//! Names and calls, with the parts that say which rows an aggregate is over.

use pest::iterators::Pair;

use super::literals::expr;
use super::{Builder, next};
use crate::syntax::ast::{Call, Expr, ExprKind, Part, PartKind, Path};
use crate::syntax::grammar::Rule;
use crate::syntax::problems::{BadExpression, CountStar, ForeignLiteral};
use crate::text::Span;

impl Builder<'_> {
    /// A name, or a call.
    pub(super) fn reference(&mut self, pair: Pair<Rule>) -> Expr {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let path = self.path(&next(&mut inner, Rule::path));
        match inner.next() {
            Some(arguments) => self.call(path, arguments, span),
            None if is_null(&path) => self.null(path),
            None => expr(ExprKind::Path(path), span),
        }
    }

    fn null(&mut self, path: Path) -> Expr {
        self.problems.push(ForeignLiteral {
            written: path.parts[0].name.clone(),
            instead: "missing".to_owned(),
            why: "no value",
            span: path.span,
        });
        expr(ExprKind::Missing, path.span)
    }

    fn call(&mut self, mut path: Path, arguments: Pair<Rule>, span: Span) -> Expr {
        let (distinct, args, parts) = self.arguments(arguments);
        if path.parts.len() > 1 {
            self.problems.push(BadExpression {
                message: "a function has no dots in its name".to_owned(),
                span: path.span,
                help: "what is called stands in the parentheses: `sum(orders.amount)`".to_owned(),
            });
            return expr(ExprKind::Error, span);
        }
        let name = path.parts.swap_remove(0);
        expr(ExprKind::Call(Call { name, distinct, args, parts }), span)
    }

    fn arguments(&mut self, pair: Pair<Rule>) -> (Option<Span>, Vec<Expr>, Vec<Part>) {
        let (mut distinct, mut args, mut parts) = (None, Vec::new(), Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::lparen | Rule::rparen | Rule::comma => {}
                Rule::distinct => distinct = Some(self.token_span(&inner)),
                Rule::expression => args.push(self.expression(inner)),
                Rule::star => {
                    let span = self.token_span(&inner);
                    self.problems.push(CountStar { span });
                    args.push(expr(ExprKind::Error, span));
                }
                _ => parts.push(self.part(inner)),
            }
        }
        (distinct, args, parts)
    }

    fn part(&mut self, pair: Pair<Rule>) -> Part {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut inner = pair.into_inner();
        let kind = match rule {
            Rule::where_part => PartKind::Where(self.next_expression(&mut inner)),
            Rule::on => PartKind::On(self.path(&next(&mut inner, Rule::path))),
            Rule::trailing => PartKind::Trailing(self.next_expression(&mut inner)),
            Rule::at_moment if inner.any(|word| word.as_rule() == Rule::kw_end) => PartKind::AtEnd,
            Rule::at_moment => PartKind::AtStart,
            Rule::during => PartKind::During,
            Rule::ever => PartKind::Ever,
            Rule::mature => PartKind::Mature(self.next_expression(&mut inner)),
            Rule::of => PartKind::Of(self.next_expression(&mut inner)),
            Rule::over => PartKind::Over(self.different_idents(inner)),
            Rule::via => PartKind::Via(self.path(&next(&mut inner, Rule::path))),
            Rule::per => PartKind::Per(self.expressions(inner)),
            Rule::by_part => PartKind::By(self.next_expression(&mut inner)),
            // `to_date`, the only one left
            _ => PartKind::ToDate(self.path(&next(&mut inner, Rule::path))),
        };
        Part { kind, span }
    }
}

fn is_null(path: &Path) -> bool {
    path.parts.len() == 1 && matches!(path.parts[0].name.as_str(), "null" | "NULL" | "None" | "nil")
}
