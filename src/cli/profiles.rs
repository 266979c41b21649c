//! What a profile of kepi.toml says of the project: the sources and parameters that it names
//! have to be there, and its values have to fit.

use crate::check::{CheckedModel, set_parameter};
use crate::diagnostic::{Diagnostic, Label, nearest};
use crate::project::{self, FILE, Profile, Project};
use crate::text::{Sources, Span};

/// What is wrong, and where in kepi.toml.
type Wrong = Vec<(Span, Diagnostic)>;

/// Puts in the values of the profile's parameters; what is wrong is told where it stands.
#[cfg(feature = "engine")]
pub fn apply(
    profile: &Profile,
    project: &Project,
    model: &mut CheckedModel,
    sources: &mut Sources,
) -> Vec<Diagnostic> {
    let wrong = wrong(profile, model);
    placed(wrong, project, sources)
}

/// Of all profiles.
pub fn mistakes(project: &Project, model: &CheckedModel, sources: &mut Sources) -> Vec<Diagnostic> {
    let wrong = project.profiles.values().flat_map(|profile| wrong(profile, &mut model.clone()));
    placed(wrong.collect(), project, sources)
}

fn wrong(profile: &Profile, model: &mut CheckedModel) -> Wrong {
    let mut found = Wrong::new();
    for (name, place) in &profile.source_places {
        if model.find_source(name).is_none() {
            found.push((*place, unknown_source(name, model)));
        }
    }
    for (name, text) in &profile.parameters {
        let place = profile.parameter_places.get(name);
        if let (Err(problem), Some(place)) = (set_parameter(model, name, text), place) {
            found.push((*place, problem));
        }
    }
    found
}

fn unknown_source(name: &str, model: &CheckedModel) -> Diagnostic {
    let problem = Diagnostic::error("unknown-name", format!("there is no source named `{name}`"));
    let known = model.sources.iter().map(|source| source.name.as_str());
    problem.help(match nearest(name, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a profile says where the files of a source are: rename it, or leave it out".to_string(),
    })
}

fn placed(wrong: Wrong, project: &Project, sources: &mut Sources) -> Vec<Diagnostic> {
    let toml = project::beside(&project.root, FILE).filter(|_| !wrong.is_empty());
    let file = toml.map(|text| sources.add(FILE, text));
    let at = |(place, mut problem): (Span, Diagnostic)| {
        if let Some(file) = file {
            let label = Label { span: Span { file, ..place }, text: "in the profile".to_string() };
            problem.labels.insert(0, label);
        }
        problem
    };
    wrong.into_iter().map(at).collect()
}
