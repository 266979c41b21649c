//! Thresholds as text, a line each, with the expressions that they were made into.

use super::super::display::{expr, literal};
use super::super::{CheckedModel, DimensionId, Expr};
use super::{Pin, Rule, Test, Thresholds};

pub fn display(model: &CheckedModel, thresholds: &Thresholds) -> String {
    let goal =
        |name: &str, value: &Option<Expr>| value.as_ref().map(|v| format!("{name} {}", expr(model, v)));
    let mut lines = Vec::new();
    lines.extend(goal("target", &thresholds.target));
    lines.extend(goal("benchmark", &thresholds.benchmark));
    lines.extend(thresholds.rules.iter().map(|r| rule(model, r)));
    lines.extend(goal("only when", &thresholds.only_when));
    lines.extend(thresholds.missing.map(|severity| format!("missing {}", severity.name())));
    lines.into_iter().map(|line| format!("  {line}\n")).collect()
}

fn rule(model: &CheckedModel, rule: &Rule) -> String {
    let mut text = format!("{} {}", rule.severity.name(), test(model, &rule.test));
    if rule.for_periods > 1 {
        text += &format!(" for {}", rule.for_periods);
    }
    if let Some(clear) = &rule.clear {
        text += &format!(" clear {} for {}", test(model, &clear.test), clear.for_periods);
    }
    if !rule.by.is_empty() {
        text += &format!(" by {}", dimensions(model, &rule.by));
    }
    text += &rule.pins.iter().map(|p| pin(model, p)).collect::<String>();
    if !rule.overridden_by.is_empty() {
        text += &format!(" overridden by {:?}", rule.overridden_by);
    }
    text += &rule.owner.iter().map(|owner| format!(" owner {owner:?}")).collect::<String>();
    text + &rule.playbook.iter().map(|playbook| format!(" playbook {playbook:?}")).collect::<String>()
}

fn test(model: &CheckedModel, test: &Test) -> String {
    match test {
        Test::Below(limit) => format!("below {}", expr(model, limit)),
        Test::Above(limit) => format!("above {}", expr(model, limit)),
        Test::Outside(low, high) => format!("outside {} to {}", expr(model, low), expr(model, high)),
        Test::Deviation { factor, last } => format!("outside {factor} stddev of last {last}"),
        Test::When(condition) => format!("when {}", expr(model, condition)),
    }
}

fn pin(model: &CheckedModel, pin: &Pin) -> String {
    let dimension = model.dimension(pin.dimension);
    let members: Vec<String> = pin.members.iter().map(|member| literal(member, &dimension.ty)).collect();
    format!(" where {} in ({})", dimension.name, members.join(", "))
}

pub fn dimensions(model: &CheckedModel, all: &[DimensionId]) -> String {
    all.iter().map(|id| model.dimension(*id).name.as_str()).collect::<Vec<_>>().join(", ")
}
