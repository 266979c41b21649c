//! Rules and targets in their canonical form: what is alerted on, not by whom it is read.

use super::canon::{Canon, literal};
use super::digest::{Digest, Node};
use crate::check::{Clear, Expr, MetricId, Pin, Rule, Target, Test, Type};

pub fn thresholds(canon: &mut Canon<'_>, id: MetricId) -> Digest {
    let of = &canon.model.metric(id).thresholds;
    // what it means itself is hashed elsewhere
    canon.this = Some(id);
    let rules: Vec<Digest> = of.rules.iter().map(|r| rule(canon, r)).collect();
    let targets: Vec<Digest> = of.targets.iter().map(|t| target(canon, t)).collect();
    let benchmarks = of.benchmarks.iter().map(|b| {
        let until = b.until.map(|d| d.to_string()).unwrap_or_default();
        let node = Node::new("benchmark").digest(canon.digest(&b.value)).text(&until);
        node.set(pins(canon, &b.pins)).text(b.source.as_deref().unwrap_or_default()).finish()
    });
    let benchmarks: Vec<Digest> = benchmarks.collect();
    let only_when = of.only_when.as_ref().map(|e| canon.digest(e));
    canon.this = None;
    let missing = of.missing.map_or("ok", |s| s.name());
    let node = Node::new("thresholds").set(rules).set(targets).set(benchmarks);
    node.maybe(only_when).text(missing).finish()
}

fn rule(canon: &mut Canon<'_>, rule: &Rule) -> Digest {
    let clear = rule.clear.as_ref().map(|Clear { test: until, for_periods }| {
        Node::new("clear").digest(test(canon, until)).number(*for_periods).finish()
    });
    let by: Vec<Digest> = rule.by.iter().map(|d| canon.dimension(*d)).collect();
    let node = Node::new(rule.severity.name()).digest(test(canon, &rule.test)).number(rule.for_periods);
    let node = node.maybe(clear).set(by).set(pins(canon, &rule.pins));
    // who is told and what to do is told with the rule
    node.text(&format!("{:?} {:?}", rule.playbook, rule.owner)).finish()
}

fn test(canon: &mut Canon<'_>, test: &Test) -> Digest {
    let mut of = |tag: &str, limits: &[&Expr]| {
        let limits: Vec<Digest> = limits.iter().map(|l| canon.digest(l)).collect();
        Node::new(tag).list(limits).finish()
    };
    match test {
        Test::Below(limit) => of("below", &[limit]),
        Test::Above(limit) => of("above", &[limit]),
        Test::Outside(a, b) => of("outside", &[a, b]),
        Test::Deviation { factor, last } => {
            Node::new("deviation").number(factor.to_bits()).number(*last).finish()
        }
        Test::When(condition) => of("when", &[condition]),
    }
}

fn target(canon: &mut Canon<'_>, target: &Target) -> Digest {
    let until = target.until.map(|d| d.to_string()).unwrap_or_default();
    let node = Node::new("target").digest(canon.digest(&target.value)).text(&until);
    node.set(pins(canon, &target.pins)).finish()
}

fn pins(canon: &mut Canon<'_>, pins: &[Pin]) -> Vec<Digest> {
    let mut all = Vec::new();
    for pin in pins {
        let ty: &Type = &canon.model.dimension(pin.dimension).ty;
        let members: Vec<Digest> = pin.members.iter().map(|m| literal(m, ty)).collect();
        all.push(Node::new("pin").digest(canon.dimension(pin.dimension)).set(members).finish());
    }
    all
}
