//! Types in the words in which they would be declared.

use crate::check::{Kind, Number, Style, Type};

/// `USD/month`, `percent`, `count`, `date`, `one of (open, won)`; `None` where there is a mistake.
pub fn type_text(ty: &Type) -> Option<String> {
    Some(match ty {
        Type::Error | Type::Missing => return None,
        Type::Text => "text".to_string(),
        Type::Bool => "bool".to_string(),
        Type::Date => "date".to_string(),
        Type::Timestamp => "timestamp".to_string(),
        Type::Enum(enumeration) => {
            let members: Vec<&str> = enumeration.members.iter().map(|m| m.name.as_str()).collect();
            format!("one of ({})", members.join(", "))
        }
        Type::Number(number) => number_text(number),
    })
}

fn number_text(number: &Number) -> String {
    if !number.unit.is_none() {
        return number.unit.to_string();
    }
    match number.kind {
        Kind::Plain => "number",
        Kind::Count => "count",
        Kind::Ratio => "ratio",
        Kind::Percent => "percent",
        Kind::Points => "points",
    }
    .to_string()
}

/// The unit in which values are shown, where they are numbers.
pub fn style_text(style: &Style) -> Option<String> {
    Some(match style {
        Style::Percent => "percent".to_string(),
        Style::Points => "points".to_string(),
        Style::Ratio => "ratio".to_string(),
        Style::Count => "count".to_string(),
        Style::Number => "number".to_string(),
        Style::Unit(unit) => unit.to_string(),
        Style::Value => return None,
    })
}
