//! Parameters from outside (a profile, `--set`): a text such as `75%`, read as the
//! type that the parameter was declared with.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::check::{CheckedModel, Literal, Repr, Type};
use crate::diagnostic::nearest;

/// Replaces the declared values. Every mistake is one line.
pub fn set_parameters(
    model: &mut CheckedModel,
    values: &BTreeMap<String, String>,
) -> Result<(), Vec<String>> {
    let mistakes: Vec<String> =
        values.iter().filter_map(|(name, text)| set(model, name, text).err()).collect();
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

fn set(model: &mut CheckedModel, name: &str, text: &str) -> Result<(), String> {
    let Some(parameter) = model.parameters.iter_mut().find(|p| p.name == name) else {
        let known = model.parameters.iter().map(|p| p.name.as_str());
        let hint = nearest(name, known).map(|n| format!(": did you mean `{n}`?")).unwrap_or_default();
        return Err(format!("no parameter is called `{name}`{hint}"));
    };
    let wrong = |expected: &str| format!("the parameter `{name}` is {expected}, not `{text}`");
    parameter.value = literal(text.trim(), &parameter.ty).map_err(|expected| wrong(&expected))?;
    Ok(())
}

/// `Err`: what it should be.
fn literal(text: &str, ty: &Type) -> Result<Literal, String> {
    match ty {
        Type::Number(number) => parse_number(text, number.repr),
        Type::Text | Type::Error | Type::Missing => Ok(Literal::Text(text.to_string())),
        Type::Bool => text.parse().map(Literal::Bool).map_err(|_| "`true` or `false`".to_string()),
        Type::Date => {
            text.parse::<Date>().map(Literal::Date).map_err(|_| "a date like `2026-01-31`".to_string())
        }
        Type::Timestamp => text
            .parse::<jiff::Timestamp>()
            .map(|at| Literal::Timestamp(at.as_microsecond()))
            .map_err(|_| "a timestamp like `2026-01-31T12:00:00Z`".to_string()),
        Type::Enum(list) => {
            let at = list.members.iter().position(|m| m.name == text);
            let names = || list.members.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", ");
            at.map(|at| Literal::Member(at as u16)).ok_or_else(|| format!("one of {}", names()))
        }
    }
}

fn parse_number(text: &str, repr: Repr) -> Result<Literal, String> {
    let (number, percent) = match text.strip_suffix('%') {
        Some(number) => (number, 2),
        None => (text, 0),
    };
    let (digits, scale) = decimal(&number.replace('_', "")).ok_or("a number")?;
    let scale = scale + percent;
    match repr {
        Repr::Float => Ok(Literal::Number { digits, scale }),
        Repr::Int => rescaled(digits, scale, 0).ok_or_else(|| "a whole number".to_string()),
        Repr::Decimal(places) => rescaled(digits, scale, places)
            .ok_or_else(|| format!("a number with at most {places} places behind the point")),
    }
}

/// Exactly, or not at all.
fn rescaled(digits: i128, from: u8, to: u8) -> Option<Literal> {
    let digits = match to.checked_sub(from) {
        Some(more) => digits.checked_mul(10_i128.checked_pow(u32::from(more))?)?,
        None => {
            let factor = 10_i128.checked_pow(u32::from(from - to))?;
            (digits % factor == 0).then_some(digits / factor)?
        }
    };
    Some(Literal::Number { digits, scale: to })
}

fn decimal(text: &str) -> Option<(i128, u8)> {
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if unsigned.is_empty() || !all_digits(unsigned) || !all_digits(places) || text.ends_with('.') {
        return None;
    }
    Some((format!("{whole}{places}").parse().ok()?, u8::try_from(places.len()).ok()?))
}
