//! What makes up the rows of a source, in small worlds with answers worked out by hand.

mod keep;
mod linked;
mod links;
mod links_in_time;
mod neighbours;
mod snapshots;

use std::fs;

use crate::opened::Opened;
use kepi::query::Ask;
use kepi::report::{Screen, TableFormat};

/// A project in a folder of its own: definitions, and CSV files by the names of sources.
pub struct World {
    _folder: tempfile::TempDir,
    pub opened: Opened,
}

impl World {
    pub fn new(definitions: &str, files: &[(&str, &str)]) -> World {
        World::with_settings("", definitions, files)
    }

    pub fn with_settings(defaults: &str, definitions: &str, files: &[(&str, &str)]) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder above")).expect("make the folder");
            fs::write(path, text).expect("write a file");
        };
        let settings = format!("[project]\nname = \"world\"\n[defaults]\ncurrency = \"USD\"\n{defaults}\n");
        write("kepi.toml", &settings);
        write("metrics/world.kpi", definitions);
        for (source, rows) in files {
            write(&format!("data/{source}.csv"), &csv(rows));
        }
        let opened = Opened::new(folder.path());
        World { _folder: folder, opened }
    }

    /// The answer as CSV, without the heading.
    pub fn run(&self, ask: Ask) -> Result<String, String> {
        let table = self.opened.run(&ask)?;
        let text = kepi::report::table(&table, TableFormat::Csv, &Screen::default());
        let lines = text.lines().skip(1).map(|line| line.trim_end().to_string());
        Ok(lines.collect::<Vec<_>>().join("\n"))
    }

    pub fn check(&self, ask: Ask, expected: &str) {
        let found = self.run(ask).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(found, csv(expected).trim_end());
    }

    /// The error that a run stops with.
    pub fn error(&self, ask: Ask) -> String {
        match self.run(ask) {
            Ok(table) => panic!("an answer:\n{table}"),
            Err(error) => error,
        }
    }
}

/// Lines without what makes them readable here.
fn csv(text: &str) -> String {
    let lines = text.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>().join(","));
    lines.filter(|line| !line.is_empty()).map(|line| line + "\n").collect()
}

pub fn ask(metrics: &[&str], by: &[&str]) -> Ask {
    let words = |list: &[&str]| list.iter().map(|w| w.to_string()).collect();
    Ask { metrics: words(metrics), by: words(by), ..Ask::default() }
}

pub fn every(grain: &str, ask: Ask) -> Ask {
    Ask { every: Some(grain.into()), ..ask }
}

pub fn as_of(date: &str, ask: Ask) -> Ask {
    Ask { as_of: Some(date.parse().expect("a date")), ..ask }
}
