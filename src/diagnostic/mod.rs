//! What is wrong with a project, as values: a problem knows its names, types and
//! places; [`Diagnostic`] is its one rendered form. How a diagnostic looks on a
//! screen is decided in `report`.

use crate::text::Span;

/// One mistake of an author. Each kind is a struct in a file of its own, named as
/// the message is named, so that its words are found by its name.
pub trait Problem {
    fn diagnostic(&self) -> Diagnostic;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Error,
    Warning,
}

/// A message: what is wrong, where, why, and how to put it right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Kebab-case, never reused: `unit-mismatch`.
    pub name: &'static str,
    pub severity: Severity,
    /// One line that stands alone: lower case, no full stop, no "you".
    pub message: String,
    /// The first is the place of the mistake, the others say what it collides with.
    pub labels: Vec<Label>,
    pub help: Option<String>,
    /// The edit that puts it right, only where that is certain.
    pub fix: Option<Edit>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    /// May be empty: then only the place is marked.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub span: Span,
    pub replacement: String,
}

impl Diagnostic {
    pub fn error(name: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            name,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            fix: None,
        }
    }

    pub fn warning(name: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(name, message) }
    }

    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Diagnostic {
        self.fix = Some(Edit { span, replacement: replacement.into() });
        self
    }

    pub fn span(&self) -> Span {
        self.labels.first().map(|l| l.span).unwrap_or_default()
    }
}

/// The sink that every phase writes its problems to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Diagnostic>,
}

impl Problems {
    pub fn push(&mut self, problem: impl Problem) {
        self.list.push(problem.diagnostic());
    }

    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    pub fn extend(&mut self, other: Problems) {
        self.list.extend(other.list);
    }

    /// Those with other names.
    pub fn without(mut self, name: &str) -> Problems {
        self.list.retain(|known| known.name != name);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// In the order of their places, each once.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (a.span(), a.name, &a.message).cmp(&(b.span(), b.name, &b.message)));
        self.list.dedup();
        self.list
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }
}

/// The one of `known` that `word` is most likely a misspelling of, if any is near.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = match word.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .filter(|k| *k != word)
        .map(|k| (strsim::damerau_levenshtein(&word.to_lowercase(), &k.to_lowercase()), k))
        .filter(|(d, k)| *d <= limit && *d < k.chars().count())
        .min()
        .map(|(_, k)| k)
}
