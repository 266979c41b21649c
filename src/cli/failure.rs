//! Why a command could not do its job, and how that is told.

use std::io;
use std::process::ExitCode;

use super::output::Output;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::LoadError;
use crate::report::{self, ProblemFormat};
use crate::text::Sources;

pub enum Failure {
    /// A line that says what is wrong, and how to put it right.
    Message { text: String, help: Option<String> },
    /// The definitions have errors, so that nothing can be computed.
    Definitions(Vec<Diagnostic>, Box<Sources>),
    /// Likewise, of the revision of that name.
    Revision(String, Vec<Diagnostic>, Box<Sources>),
    /// Something in the arguments does not fit the project; their texts are the sources.
    #[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "only who asks can ask wrong"))]
    Usage(Vec<Diagnostic>, Box<Sources>),
    /// Somebody stopped it, and knows that.
    #[cfg(feature = "engine")]
    Interrupted,
}

impl Failure {
    pub fn new(text: impl Into<String>) -> Failure {
        Failure::Message { text: text.into(), help: None }
    }

    pub fn help(self, help: impl Into<String>) -> Failure {
        match self {
            Failure::Message { text, .. } => Failure::Message { text, help: Some(help.into()) },
            other => other,
        }
    }

    /// The same, as the reason for something else.
    #[cfg_attr(not(feature = "engine"), expect(dead_code, reason = "only snapshots are made again"))]
    pub fn about(self, what: &str) -> Failure {
        match self {
            Failure::Message { text, help } => Failure::Message { text: format!("{what}: {text}"), help },
            other => other,
        }
    }

    /// Tells it on standard error; the code is that of the process.
    pub fn report(self, output: &Output) -> ExitCode {
        match self {
            #[cfg(feature = "engine")]
            Failure::Interrupted => ExitCode::from(130),
            Failure::Message { text, help } => {
                output.note(&format!("{}: {text}\n", output.error.red("error")));
                if let Some(help) = help {
                    output.note(&format!("  {}: {help}\n", output.error.bold("help")));
                }
                ExitCode::from(2)
            }
            Failure::Definitions(list, sources) => {
                output.note(&report::problems(&list, &sources, None, ProblemFormat::Text, &output.error));
                ExitCode::from(1)
            }
            Failure::Revision(name, list, sources) => {
                let errors: Vec<Diagnostic> =
                    list.into_iter().filter(|d| d.severity == Severity::Error).collect();
                output.note(&report::problems(&errors, &sources, None, ProblemFormat::Text, &output.error));
                let text = format!("{}: the definitions of {name} have errors\n", output.error.red("error"));
                output.note(&text);
                ExitCode::from(1)
            }
            Failure::Usage(list, sources) => {
                output.note(&report::messages(&list, &sources, &output.error));
                ExitCode::from(2)
            }
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Failure {
        match error {
            LoadError::Mistakes(sources, problems) => Failure::Definitions(problems.sorted(), sources),
            LoadError::NotFound(_) | LoadError::NotAProject(_) => Failure::new(error.to_string()).help(
                "`kepi init DIR` makes a project that runs at once; `--project DIR` names one elsewhere",
            ),
            LoadError::Read(..) => Failure::new(error.to_string()),
        }
    }
}

#[cfg(feature = "engine")]
impl From<crate::engine::Failure> for Failure {
    fn from(failure: crate::engine::Failure) -> Failure {
        match failure {
            crate::engine::Failure::Ask(wrong) => Failure::Usage(wrong.diagnostics, Box::new(wrong.sources)),
            crate::engine::Failure::Interrupted => Failure::Interrupted,
            crate::engine::Failure::Data(mut error) => {
                let help = error.help.take();
                Failure::Message { text: error.to_string(), help }
            }
        }
    }
}

impl From<crate::git::Error> for Failure {
    fn from(error: crate::git::Error) -> Failure {
        let failure = Failure::new(error.to_string());
        match error.help() {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

/// Of writing to standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::new(format!("cannot write the output: {error}"))
    }
}
