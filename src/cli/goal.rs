//! `-o FORMAT[:FILE]`: forms of a result, each to a file or to standard output.

use std::path::PathBuf;

/// One form of the result, and where it goes; `None`: standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal<F> {
    pub format: F,
    pub file: Option<PathBuf>,
}

/// The formats are by their names, as the message lists them.
pub fn goal<F: Copy>(text: &str, formats: &[(&str, F)]) -> Result<Goal<F>, String> {
    let (name, file) = match text.split_once(':') {
        Some((_, "")) => return Err("there is no file after the colon".to_string()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    match formats.iter().find(|(known, _)| *known == name) {
        Some((_, format)) => Ok(Goal { format: *format, file }),
        None => {
            let known: Vec<&str> = formats.iter().map(|(name, _)| *name).collect();
            let nearest = crate::diagnostic::nearest(name, known.iter().copied());
            let tip = nearest.map(|n| format!(", but there is `{n}`")).unwrap_or_default();
            Err(format!("there is no format `{name}`{tip}; all are {}", known.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<(u8, Option<&str>), &str>) {
        let expected = expected
            .map(|(format, file)| Goal { format, file: file.map(PathBuf::from) })
            .map_err(str::to_string);
        assert_eq!(goal(text, &[("text", 1), ("junit", 2)]), expected, "{text}");
    }

    #[test]
    fn goals() {
        check("text", Ok((1, None)));
        check("junit:out.xml", Ok((2, Some("out.xml"))));
        check("junit:C:\\out.xml", Ok((2, Some("C:\\out.xml"))));
        check("junit:", Err("there is no file after the colon"));
        check("junt", Err("there is no format `junt`, but there is `junit`; all are text, junit"));
        check("html:x", Err("there is no format `html`; all are text, junit"));
    }
}
