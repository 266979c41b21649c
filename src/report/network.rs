//! Metrics and what they are made of, as a picture: Mermaid for Markdown, DOT for Graphviz.

use crate::ide::{Network, NodeKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NetworkFormat {
    Mermaid,
    Dot,
}

pub fn network(network: &Network, format: NetworkFormat) -> String {
    match format {
        NetworkFormat::Mermaid => mermaid(network),
        NetworkFormat::Dot => dot(network),
    }
}

fn mermaid(network: &Network) -> String {
    let mut text = "flowchart LR\n".to_string();
    for (at, node) in network.nodes.iter().enumerate() {
        let label = node.label.replace('"', "#quot;");
        text += &match node.kind {
            NodeKind::Source => format!("  n{at}[(\"{label}\")]\n"),
            NodeKind::Rollup => format!("  n{at}[[\"{label}\"]]\n"),
            NodeKind::Metric => format!("  n{at}[\"{label}\"]\n"),
        };
    }
    for (from, to) in &network.arrows {
        text += &format!("  n{from} --> n{to}\n");
    }
    text
}

fn dot(network: &Network) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut text = "digraph metrics {\n  rankdir = LR\n  node [fontname = \"Helvetica\"]\n".to_string();
    for (at, node) in network.nodes.iter().enumerate() {
        let shape = match node.kind {
            NodeKind::Source => "cylinder",
            NodeKind::Rollup => "box3d",
            NodeKind::Metric => "box",
        };
        text += &format!(
            "  n{at} [label = {}, tooltip = {}, shape = {shape}]\n",
            quoted(&node.label),
            quoted(&node.name)
        );
    }
    for (from, to) in &network.arrows {
        text += &format!("  n{from} -> n{to}\n");
    }
    text + "}\n"
}
