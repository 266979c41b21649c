//! What is said of a metric that changes no number: each kind by itself, so that a
//! change can be named.

use super::digest::{Digest, Node};
use crate::check::{Better, Metric, Tier};

#[derive(Debug, Clone, PartialEq)]
pub struct Documentation {
    /// By the word that says it: `owner`, `label`, …, as it would be written.
    pub said: Vec<(&'static str, String)>,
}

impl Documentation {
    pub fn digest(&self) -> Digest {
        self.said.iter().fold(Node::new("said"), |node, (word, text)| node.text(word).text(text)).finish()
    }
}

pub fn of_metric(metric: &Metric) -> Documentation {
    let of = &metric.attributes;
    let labels = of.labels.iter().map(|(language, label)| format!("{language} {label:?}"));
    let tier = of.tier.map_or("", |tier| match tier {
        Tier::Primary => "primary",
        Tier::Secondary => "secondary",
    });
    let better = match of.better {
        Better::Higher => "higher",
        Better::Lower => "lower",
        Better::Neither => "neither",
    };
    let quoted = |text: &Option<String>| text.as_ref().map(|t| format!("{t:?}")).unwrap_or_default();
    Documentation {
        said: vec![
            ("docs", metric.docs.clone().unwrap_or_default()),
            ("label", quoted(&metric.label)),
            ("translations", labels.collect::<Vec<_>>().join(", ")),
            ("owner", quoted(&of.owner)),
            ("playbook", quoted(&of.playbook)),
            ("tags", sorted(&of.tags)),
            ("tier", tier.to_string()),
            ("roles", sorted(&of.roles)),
            ("also", sorted(&of.also)),
            ("better", better.to_string()),
            ("show", metric.show.decimals.map(|d| d.to_string()).unwrap_or_default()),
        ],
    }
}

fn sorted(words: &[String]) -> String {
    let mut words = words.to_vec();
    words.sort();
    words.join(", ")
}
