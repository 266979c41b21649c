//! The flags that say what is asked, for every command that asks: metrics, periods,
//! dimensions, where the data is.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Global;
use super::failure::Failure;
use super::open::{self, Opened};
use super::profiles;
use crate::calendar::parse_range;
use crate::check::{CheckedModel, set_parameter};
use crate::engine::Bindings;
use crate::project::{Profile, Project};
use crate::query::Ask;
use crate::text::Sources;
use crate::threshold::quoted;

#[derive(Debug, Default, clap::Args)]
pub struct Flags {
    /// Names of metrics, `win_rate` or a version of one, `win_rate.v1`, or of scorecards; without
    /// any, all metrics that go together
    #[arg(value_name = "NAMES")]
    metrics: Vec<String>,
    /// The length of the periods: day, week, month, quarter, year, fiscal_quarter, fiscal_year, …
    #[arg(long, value_name = "GRAIN")]
    every: Option<String>,
    /// Dimensions to slice by: `region,segment`
    #[arg(long, value_name = "DIMENSIONS", value_delimiter = ',')]
    by: Vec<String>,
    /// Only rows for which this is true of the dimensions: 'region is "EMEA"'
    #[arg(long = "where", value_name = "CONDITION")]
    filter: Option<String>,
    /// Only results for which this is true: 'bookings > 10_000'
    #[arg(long, value_name = "CONDITION")]
    having: Option<String>,
    /// The first period: 2026, 2026-Q1, 2026-01 or 2026-01-31
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The last period, inclusive
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// So many periods, the newest ones
    #[arg(long, value_name = "N")]
    last: Option<u32>,
    /// What comes first: metrics (the best first), dimensions, `period`, each with `asc` or `desc`
    #[arg(long, value_name = "ORDER", allow_hyphen_values = true)]
    order_by: Option<String>,
    /// Only the best so many, of each period where there are dimensions; ties are shown
    #[arg(long, value_name = "N")]
    top: Option<u32>,
    /// As it was known at the end of that day, or `today`; otherwise the newest date in the data
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Another value for a parameter: gross_margin=75%
    #[arg(long, value_name = "PARAMETER=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
    /// The profile of kepi.toml that says where the data is
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// The folder with the data, instead of the one that kepi.toml names
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it has the form `parameter=value`")?;
    Ok((name.trim().to_string(), value.trim().to_string()))
}

/// Everything that the engine wants to know.
pub struct Ready {
    /// The project's name.
    pub project: String,
    pub model: CheckedModel,
    pub sources: Sources,
    pub ask: Ask,
    pub bindings: Bindings,
    /// The flags that say where the data is and what it is set to, as they were given.
    flags: Vec<(&'static str, String)>,
    /// No parameter has another value than in the definitions.
    pub as_declared: bool,
}

impl Ready {
    /// What a command ends with that shows something of the run again.
    pub fn again(&self, global: &Global) -> String {
        let project = global.project.iter().map(|path| ("project", path.display().to_string()));
        self.again_flags() + &written(project)
    }

    /// The flags that say where the data is, as they were given.
    pub fn again_flags(&self) -> String {
        written(self.flags.iter().cloned())
    }
}

fn written(flags: impl Iterator<Item = (&'static str, String)>) -> String {
    flags.map(|(flag, value)| format!(" --{flag} {}", quoted(&value))).collect()
}

impl Flags {
    /// What says where the data is, and nothing of what is asked.
    pub fn of_data(profile: Option<String>, as_of: Option<String>) -> Flags {
        Flags { profile, as_of, ..Flags::default() }
    }

    /// A scorecard as it is.
    pub fn of_scorecard(
        name: &str,
        data: Option<PathBuf>,
        profile: Option<String>,
        as_of: Option<String>,
    ) -> Flags {
        Flags { metrics: vec![name.to_string()], data, profile, as_of, ..Flags::default() }
    }

    /// Opens the project, and puts in what the profile and the flags say.
    pub fn ready(&self, global: &Global) -> Result<Ready, Failure> {
        let Opened { project, mut sources, mut model } = open::open(global)?;
        let profile = project.profile(self.profile.as_deref()).map_err(Failure::new)?;
        let again = |at: &usize| self.set[..*at].iter().any(|(name, _)| *name == self.set[*at].0);
        if let Some(at) = (0..self.set.len()).find(again) {
            return Err(Failure::new(format!("`{}` is set twice", self.set[at].0))
                .help("a run has one value of each parameter: leave one `--set` out"));
        }
        let as_declared = profile.parameters.is_empty() && self.set.is_empty();
        let mut wrong = profiles::apply(&profile, &project, &mut model, &mut sources);
        wrong.extend(self.set.iter().filter_map(|(n, v)| set_parameter(&mut model, n, v).err()));
        if !wrong.is_empty() {
            return Err(Failure::Usage(wrong, Box::new(sources)));
        }
        let ask = self.ask(&project.settings.timezone)?;
        let flags = self.given(&ask);
        let bindings = bindings(&project, profile, self.data.as_deref());
        Ok(Ready { project: project.name, model, sources, ask, bindings, flags, as_declared })
    }

    fn given(&self, ask: &Ask) -> Vec<(&'static str, String)> {
        let set = self.set.iter().map(|(name, value)| ("set", format!("{name}={value}")));
        let profile = self.profile.iter().map(|name| ("profile", name.clone()));
        let data = self.data.iter().map(|data| ("data", data.display().to_string()));
        // `today` is another day tomorrow
        let as_of = ask.as_of.iter().map(|date| ("as-of", date.to_string()));
        as_of.chain(set).chain(profile).chain(data).collect()
    }

    fn ask(&self, zone: &TimeZone) -> Result<Ask, Failure> {
        Ok(Ask {
            metrics: self.metrics.clone(),
            every: self.every.clone(),
            by: self.by.clone(),
            filter: self.filter.clone(),
            having: self.having.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            last: self.last,
            order_by: self.order_by.clone(),
            top: self.top,
            as_of: as_of(self.as_of.as_deref(), zone)?,
        })
    }
}

/// A relative folder is the project's, that of `--data` ours.
pub fn bindings(project: &Project, profile: Profile, data: Option<&Path>) -> Bindings {
    let sources = if data.is_some() { Default::default() } else { profile.sources };
    let data = match (data, &profile.data) {
        (Some(data), _) => data.to_path_buf(),
        (None, Some(data)) => project.root.join(data),
        (None, None) => project.root.join(&project.data),
    };
    // `--data` goes before all that the profile says of places
    Bindings { root: project.root.clone(), data, sources, given: None }
}

/// What `--as-of` says.
pub fn as_of(text: Option<&str>, zone: &TimeZone) -> Result<Option<Date>, Failure> {
    match text {
        None => Ok(None),
        Some("today") => Ok(Some(today(zone))),
        Some(text) => match parse_range(text).and_then(|(_, end)| end.yesterday().ok()) {
            Some(date) => Ok(Some(date)),
            None => Err(Failure::new(format!("--as-of is a date, not `{text}`"))
                .help("write it as `2026-01-31`, or `today`")),
        },
    }
}

#[expect(clippy::disallowed_methods, reason = "the command line reads the clock, and only when asked to")]
fn today(zone: &TimeZone) -> Date {
    jiff::Timestamp::now().to_zoned(zone.clone()).date()
}
