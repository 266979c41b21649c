//! The attributes of a metric: who answers for it, how it is reported and shown.

use std::collections::HashMap;
use std::mem::discriminant;

use super::checker::Checker;
use super::numbers::MAX_SCALE;
use super::problems::TooManyDigits;
use super::{Attributes, Better, Deprecated, Tier, grain, suggest};
use crate::calendar::Grain;
use crate::model::{DuplicateName, Thing, UnknownWord};
use crate::syntax::ast::{self, AttributeKind};
use crate::text::Span;

/// The attributes, and how many decimals are to be shown.
pub(super) struct Read {
    pub attributes: Attributes,
    pub every: Option<Grain>,
    pub decimals: Option<u8>,
}

pub(super) fn read(checker: &mut Checker<'_>, metric: &ast::Metric) -> Read {
    let mut read = Read { attributes: Attributes::default(), every: None, decimals: None };
    let mut seen = HashMap::new();
    let mut lets: HashMap<&str, Span> = HashMap::new();
    for attribute in &metric.attributes {
        let first = match &attribute.kind {
            AttributeKind::Let(name, _) => {
                let first = *lets.entry(&name.name).or_insert(name.span);
                if first != name.span {
                    let (second, name) = (name.span, &name.name);
                    checker.report(DuplicateName { what: "a let", name, second, first, free_version: None });
                }
                continue;
            }
            AttributeKind::Label { .. }
            | AttributeKind::Target(_)
            | AttributeKind::Benchmark(_)
            | AttributeKind::Threshold(_) => attribute.span,
            kind => *seen.entry(discriminant(kind)).or_insert(attribute.span),
        };
        // a second one of a kind has been reported by the parser
        if first == attribute.span {
            one(checker, attribute, &mut read);
        }
    }
    read.attributes.every = read.every.clone();
    read
}

fn one(checker: &mut Checker<'_>, attribute: &ast::Attribute, read: &mut Read) {
    let out = &mut read.attributes;
    let names = |list: &[ast::Ident]| list.iter().map(|i| i.name.clone()).collect();
    match &attribute.kind {
        AttributeKind::Let(..) => {}
        // by `thresholds`, when the metric's unit is known
        AttributeKind::Target(_)
        | AttributeKind::Benchmark(_)
        | AttributeKind::Threshold(_)
        | AttributeKind::OnlyWhen(_)
        | AttributeKind::MissingIs(_) => {}
        AttributeKind::Owner(text) => out.owner = Some(text.value.clone()),
        AttributeKind::Playbook(text) => out.playbook = Some(text.value.clone()),
        AttributeKind::Tags(list) => out.tags = names(list),
        AttributeKind::Roles(list) => out.roles = names(list),
        AttributeKind::Also(list) => out.also = list.iter().map(|t| t.value.clone()).collect(),
        AttributeKind::Label { language, label } => {
            out.labels.push((language.name.clone(), label.value.clone()));
        }
        AttributeKind::Tier(found) => {
            let known = [("primary", Tier::Primary), ("secondary", Tier::Secondary)];
            out.tier = choice(checker, "a tier", found, &known);
        }
        AttributeKind::Better(found) => {
            let known = [("higher", Better::Higher), ("lower", Better::Lower), ("neither", Better::Neither)];
            out.better = choice(checker, "a way to be better", found, &known).unwrap_or_default();
        }
        AttributeKind::Status(found) => {
            out.draft = choice(checker, "a status", found, &[("draft", true)]).unwrap_or_default();
        }
        AttributeKind::Show(decimals) if *decimals > u32::from(MAX_SCALE) => {
            checker.report(TooManyDigits { span: attribute.span, whole: false });
        }
        AttributeKind::Show(decimals) => read.decimals = u8::try_from(*decimals).ok(),
        AttributeKind::Deprecated { reason, until } => {
            let until = until.map(|(date, _)| date);
            out.deprecated = Some(Deprecated { reason: reason.value.clone(), until });
        }
        AttributeKind::By(list) => {
            let dimension = |name: &ast::Ident| match checker.model.find(&name.name) {
                Some(Thing::Dimension(id)) => Some(id),
                _ => {
                    suggest::unknown_dimension(checker, name);
                    None
                }
            };
            out.by = Some(list.iter().filter_map(dimension).collect());
        }
        AttributeKind::Every { grain: path, only } => {
            out.every_only = *only;
            read.every = grain::by_name(&checker.out, &path.parts);
            if read.every.is_none() {
                grain::unknown(checker, &path.parts);
            }
        }
    }
}

/// One of a few words.
fn choice<T: Copy>(
    checker: &mut Checker<'_>,
    what: &'static str,
    found: &ast::Ident,
    known: &[(&str, T)],
) -> Option<T> {
    let chosen = known.iter().find(|(word, _)| *word == found.name).map(|(_, value)| *value);
    if chosen.is_none() {
        let known = known.iter().map(|(word, _)| word.to_string()).collect();
        checker.report(UnknownWord { what, found, known });
    }
    chosen
}
