//! The checked model as text, with types and units: for `kepi debug model`, `kepi debug
//! types` and the snapshots of tests.

use std::fmt::Write;

use super::{
    Aggregate, AggregateFn, BinaryOp, CheckedModel, ColumnKind, ColumnRef, Expr, ExprKind, Kind, Length,
    LinkTime, Literal, Neighbour, Placement, Repr, Source, SourceKind, Type, Window, builtins, describe,
    reach,
};

/// Everything that was declared, with the types found.
pub fn model(model: &CheckedModel) -> String {
    let mut out = String::new();
    for source in &model.sources {
        write_source(&mut out, model, source);
    }
    for parameter in &model.parameters {
        let value = literal(&parameter.value, &parameter.ty);
        line(&mut out, format_args!("parameter {} : {} = {value}", parameter.name, ty(&parameter.ty)));
    }
    for dimension in &model.dimensions {
        let values = dimension
            .values
            .iter()
            .map(|v| format!("{}: {}", model.source(v.source).name, expr(model, &v.value)));
        let values = values.collect::<Vec<_>>().join(", ");
        line(&mut out, format_args!("dimension {} : {} = {values}", dimension.name, ty(&dimension.ty)));
    }
    for metric in &model.metrics {
        let version = if metric.version == 1 { String::new() } else { format!(" v{}", metric.version) };
        let value = expr(model, &metric.value);
        line(&mut out, format_args!("metric {}{version} : {} = {value}", metric.name, ty(&metric.value.ty)));
        out += &super::thresholds::display(model, &metric.thresholds);
    }
    for scorecard in &model.scorecards {
        out += &super::scorecards::display(model, scorecard);
    }
    out
}

fn line(out: &mut String, text: std::fmt::Arguments) {
    writeln!(out, "{text}").expect("writing to a string");
}

fn write_source(out: &mut String, model: &CheckedModel, source: &Source) {
    let word = if matches!(source.kind, SourceKind::Rollup(_)) { "rollup" } else { "source" };
    line(out, format_args!("{word} {}", source.name));
    for column in &source.columns {
        let optional =
            if column.optional && matches!(column.kind, ColumnKind::Stored { .. }) { "?" } else { "" };
        let ty = ty(&column.ty);
        match &column.kind {
            ColumnKind::Stored { raw, .. } if *raw != column.name => {
                line(out, format_args!("  {} : {ty}{optional} from {raw:?}", column.name));
            }
            ColumnKind::Stored { .. } => line(out, format_args!("  {} : {ty}{optional}", column.name)),
            ColumnKind::Computed(value) | ColumnKind::Aggregated(value) => {
                line(out, format_args!("  {} : {ty} = {}", column.name, expr(model, value)));
            }
            ColumnKind::Key(_) => line(out, format_args!("  {} : {ty}, of the key", column.name)),
            ColumnKind::PeriodStart => line(out, format_args!("  {} : {ty}, of the period", column.name)),
        }
    }
    for link in &source.links {
        let via =
            link.via.iter().map(|c| source.columns[c.index()].name.as_str()).collect::<Vec<_>>().join(", ");
        let target = model.sources.get(link.target.index()).map_or("?", |s| s.name.as_str());
        let time = match &link.time {
            LinkTime::Always => String::new(),
            LinkTime::At(c) => format!(" at {}", source.columns[c.index()].name),
            LinkTime::LatestBefore { column, within } => {
                let within = within.map(|l| format!(" within {}", length(l))).unwrap_or_default();
                format!(" latest before {}{within}", source.columns[column.index()].name)
            }
        };
        line(out, format_args!("  {} -> {target} via {via}{time}", link.name));
    }
    for measure in &source.measures {
        let value = expr(model, &measure.value);
        line(out, format_args!("  measure {} : {} = {value}", measure.name, ty(&measure.value.ty)));
    }
}

/// `USD/month decimal(2)`, `count int`, `date`
pub fn ty(ty: &Type) -> String {
    let number = match ty {
        Type::Error => return "error".to_string(),
        Type::Missing => return "missing".to_string(),
        Type::Text => return "text".to_string(),
        Type::Bool => return "bool".to_string(),
        Type::Date => return "date".to_string(),
        Type::Timestamp => return "timestamp".to_string(),
        Type::Enum(enumeration) => return format!("one of ({})", describe::members(enumeration)),
        Type::Number(number) => number,
    };
    let repr = match number.repr {
        Repr::Int => "int".to_string(),
        Repr::Decimal(scale) => format!("decimal({scale})"),
        Repr::Float => "float".to_string(),
    };
    let unit = match number.kind {
        _ if !number.unit.is_none() => number.unit.to_string(),
        Kind::Plain => return repr,
        Kind::Count => "count".to_string(),
        Kind::Ratio => "ratio".to_string(),
        Kind::Percent => "percent".to_string(),
        Kind::Points => "points".to_string(),
    };
    format!("{unit} {repr}")
}

/// The expression as it would be written, conversions shown as `* 12`.
pub fn expr(model: &CheckedModel, e: &Expr) -> String {
    let sub = |e: &Expr| operand(model, e);
    let list = |list: &[Expr]| list.iter().map(|e| expr(model, e)).collect::<Vec<_>>().join(", ");
    match &*e.kind {
        ExprKind::Literal(value) => literal(value, &e.ty),
        ExprKind::Missing => "missing".to_string(),
        ExprKind::Parameter(id) => model.parameters[id.index()].name.clone(),
        ExprKind::AsOf => "as_of".to_string(),
        ExprKind::PeriodStart => "period_start".to_string(),
        ExprKind::PeriodEnd => "period_end".to_string(),
        ExprKind::PeriodLength => "period".to_string(),
        ExprKind::Negate(a) => format!("-{}", sub(a)),
        ExprKind::Not(a) => format!("not {}", sub(a)),
        ExprKind::Binary(op, a, b) => format!("{} {} {}", sub(a), operator(*op), sub(b)),
        ExprKind::Convert(a, ratio) if ratio.den == 1 => format!("{} * {}", sub(a), ratio.num),
        ExprKind::Convert(a, ratio) if ratio.num == 1 => format!("{} / {}", sub(a), ratio.den),
        ExprKind::Convert(a, ratio) => format!("{} * {} / {}", sub(a), ratio.num, ratio.den),
        ExprKind::Shift { date, amount, .. } => format!("{} + {}", sub(date), sub(amount)),
        ExprKind::DaysBetween(a, b) | ExprKind::SecondsBetween(a, b) => format!("{} - {}", sub(a), sub(b)),
        ExprKind::IsMissing(a) => format!("{} is missing", sub(a)),
        ExprKind::In(a, items) => format!("{} in ({})", sub(a), list(items)),
        ExprKind::If(a, b, c) => {
            format!("if {} then {} else {}", expr(model, a), expr(model, b), expr(model, c))
        }
        ExprKind::Choose(arms, otherwise) => choose(model, arms, *otherwise, &e.ty),
        ExprKind::Call(function, args) => format!("{}({})", function_name(*function), list(args)),
        ExprKind::Within { value, duration, before, anchor } => {
            let word = if *before { "before" } else { "after" };
            format!("{} within {} {word} {}", sub(value), length(*duration), sub(anchor))
        }
        ExprKind::Column(column) => path(model, column),
        ExprKind::Linked { aggregate: a, link } => {
            format!("{} via {}", aggregate(model, a), model.link(*link).name)
        }
        ExprKind::Neighbour { kind, value, per, by } => {
            let name = match kind {
                Neighbour::Previous => "previous",
                Neighbour::Next => "next",
                Neighbour::Position => "position",
            };
            let value = value.as_ref().map(|v| format!("{} ", expr(model, v))).unwrap_or_default();
            let per = if per.is_empty() { String::new() } else { format!("per {} ", list(per)) };
            format!("{name}({value}{per}by {})", list(by))
        }
        ExprKind::Placed(a, place) => {
            let word = match place {
                Placement::In => "in",
                Placement::Before => "before",
                Placement::After => "after",
            };
            format!("{} {word} period", sub(a))
        }
        ExprKind::Aggregate(a) => aggregate(model, a),
        ExprKind::Metric(id) => {
            let metric = model.metric(*id);
            if metric.current { metric.name.clone() } else { format!("{}.v{}", metric.name, metric.version) }
        }
        ExprKind::Prior(a, None) => format!("prior({})", expr(model, a)),
        ExprKind::Prior(a, Some(by)) => format!("prior({}, {})", expr(model, a), length(*by)),
        ExprKind::Total(a, None) => format!("total({})", expr(model, a)),
        ExprKind::Total(a, Some(over)) => {
            let names = over.iter().map(|d| model.dimension(*d).name.as_str()).collect::<Vec<_>>().join(", ");
            format!("total({} over {names})", expr(model, a))
        }
        ExprKind::Rank(a, over, _) => {
            format!("rank({} over {})", expr(model, a), model.dimension(*over).name)
        }
        ExprKind::Dimension(id) => model.dimension(*id).name.clone(),
        ExprKind::Slot(n) => format!("slot {n}"),
        ExprKind::Known { value, unless } => {
            format!("({} unless {})", expr(model, value), expr(model, unless))
        }
        ExprKind::EarlierPeriod { last: false, .. } => "earlier period_start".to_string(),
        ExprKind::EarlierPeriod { last: true, .. } => "earlier period_end".to_string(),
    }
}

/// In parentheses where it is made of parts.
fn operand(model: &CheckedModel, e: &Expr) -> String {
    let text = expr(model, e);
    let compound = matches!(
        &*e.kind,
        ExprKind::Binary(..)
            | ExprKind::Convert(..)
            | ExprKind::If(..)
            | ExprKind::Shift { .. }
            | ExprKind::DaysBetween(..)
            | ExprKind::SecondsBetween(..)
            | ExprKind::In(..)
            | ExprKind::IsMissing(..)
            | ExprKind::Within { .. }
            | ExprKind::Placed(..)
            | ExprKind::Not(..)
    );
    if compound { format!("({text})") } else { text }
}

fn choose(model: &CheckedModel, arms: &[(Expr, u16)], otherwise: Option<u16>, ty: &Type) -> String {
    let name = |index: u16| match ty {
        Type::Enum(e) => e.members.get(usize::from(index)).map_or("?", |m| m.name.as_str()),
        _ => "?",
    };
    let arms = arms.iter().map(|(test, index)| format!("{} when {}", name(*index), expr(model, test)));
    let otherwise = otherwise.map(|index| format!("else {}", name(index)));
    format!("choose {{ {} }}", arms.chain(otherwise).collect::<Vec<_>>().join(", "))
}

pub(super) fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Else => "??",
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Is => "is",
        BinaryOp::IsNot => "is not",
        BinaryOp::Less => "<",
        BinaryOp::LessEq => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEq => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mul => "*",
        BinaryOp::Div => "/",
    }
}

fn function_name(function: builtins::Function) -> &'static str {
    let is = |b: &&builtins::Builtin| b.what == builtins::What::Scalar(function);
    builtins::TABLE.iter().find(is).map_or("?", |b| b.name)
}

/// `account.owner.name`
pub(super) fn path(model: &CheckedModel, column: &ColumnRef) -> String {
    let links = column.links.iter().map(|l| model.link(*l).name.as_str());
    links.chain([model.column(column).name.as_str()]).collect::<Vec<_>>().join(".")
}

fn aggregate(model: &CheckedModel, a: &Aggregate) -> String {
    let source = &model.source(a.source).name;
    let first = a.args.first().map(|e| expr(model, e));
    let of = match (&first, a.args.len()) {
        (None, _) => source.clone(),
        (Some(_), n) if n > 1 => {
            a.args.iter().map(|e| format!("{source}: {}", expr(model, e))).collect::<Vec<_>>().join(", ")
        }
        (Some(first), _) => format!("{source}: {first}"),
    };
    let (name, of) = match a.function {
        AggregateFn::Count => ("count", of),
        AggregateFn::CountDistinct => ("count", format!("distinct {of}")),
        AggregateFn::Sum => ("sum", of),
        AggregateFn::Average => ("average", of),
        AggregateFn::Median => ("median", of),
        AggregateFn::Percentile(p) => ("percentile", format!("{p}, {of}")),
        AggregateFn::Min => ("min", of),
        AggregateFn::Max => ("max", of),
        AggregateFn::Stddev => ("stddev", of),
        AggregateFn::First => ("first", of),
        AggregateFn::Last => ("last", of),
        AggregateFn::Correlation => ("correlation", of),
        AggregateFn::TopShare(p) => ("top_share", format!("{p}, {of}")),
        AggregateFn::Proportion => ("proportion", of),
    };
    let on = a.on.as_ref().map(|c| format!(" on {}", path(model, c))).unwrap_or_default();
    let filter = a.filter.as_ref().map(|f| format!(" where {}", expr(model, f))).unwrap_or_default();
    let mature = a.mature.map(|l| format!(" mature {}", length(l))).unwrap_or_default();
    let via = a.via.map(|link| format!(" via {}", reach::named(model, a.source, &link))).unwrap_or_default();
    format!("{name}({of}{via}{on}{}{filter}{mature})", window(&a.window))
}

fn window(window: &Window) -> String {
    match window {
        Window::Period => String::new(),
        Window::Trailing(by) => format!(" trailing {}", length(*by)),
        Window::ToDate(None) => " all to date".to_string(),
        Window::ToDate(Some(grain)) => format!(" {grain} to date"),
        Window::AtEnd => " at end".to_string(),
        Window::AtStart => " at start".to_string(),
        Window::During => " during".to_string(),
        Window::Ever => " ever".to_string(),
    }
}

pub(super) fn length(length: Length) -> String {
    match length {
        Length::Days(n) => format!("{n} days"),
        Length::Months(n) => format!("{n} months"),
        Length::Seconds(n) => format!("{n} seconds"),
    }
}

pub(super) fn literal(value: &Literal, ty: &Type) -> String {
    match (value, ty) {
        (Literal::Bool(b), _) => b.to_string(),
        (Literal::Text(text), _) => format!("{text:?}"),
        (Literal::Date(date), _) => date.to_string(),
        (Literal::Timestamp(micros), _) => {
            jiff::Timestamp::from_microsecond(*micros).map_or_else(|_| micros.to_string(), |t| t.to_string())
        }
        (Literal::Number { digits, scale }, Type::Number(number)) => {
            let unit = if number.unit.is_none() { String::new() } else { format!(" {}", number.unit) };
            format!("{}{unit}", decimal(*digits, *scale))
        }
        (Literal::Number { digits, scale }, _) => decimal(*digits, *scale),
        (Literal::Member(index), Type::Enum(e)) => {
            e.members.get(usize::from(*index)).map_or("?".to_string(), |m| m.name.clone())
        }
        (Literal::Member(index), _) => index.to_string(),
    }
}

/// `digits / 10^scale`
fn decimal(digits: i128, scale: u8) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0width$}", digits.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = text.split_at(text.len() - usize::from(scale));
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// The expression, if it is short enough to stand in a message as an author would write it.
pub(super) fn short(model: &CheckedModel, e: &Expr) -> Option<String> {
    let named = match &*e.kind {
        ExprKind::Metric(_) | ExprKind::Parameter(_) | ExprKind::Column(_) | ExprKind::Dimension(_) => {
            expr(model, e)
        }
        ExprKind::Literal(_) => expr(model, e),
        ExprKind::Aggregate(a) if a.filter.is_none() && a.args.len() == 1 && a.window == Window::Period => {
            let inner = expr(model, &a.args[0]);
            let source = &model.source(a.source).name;
            match a.function {
                AggregateFn::Sum => format!("sum({source}.{inner})"),
                AggregateFn::Average => format!("average({source}.{inner})"),
                _ => return None,
            }
        }
        _ => return None,
    };
    (named.len() <= 40).then_some(named)
}
