//! What other tools call our words: Prometheus, dbt, BI dashboards.

use super::items::BlockKind;

/// The declaration that is meant.
pub fn declaration(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "targets" | "goals" | "monitor" | "alarms" => "thresholds",
        "dashboard" | "board" | "report" => "scorecard",
        "kpi" => "metric",
        _ => return None,
    })
}

/// The attribute of a metric, or the item of thresholds or a scorecard, that is meant.
pub fn item(kind: BlockKind, word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    match kind {
        BlockKind::Metric | BlockKind::Thresholds => Some(match word.as_str() {
            "alert" | "alarm" | "warning" | "warn_if" | "threshold" | "amber" | "yellow" => "warn",
            "error" | "error_if" | "fail" | "page" | "crit" | "severe" | "red" => "critical",
            "goal" | "objective" | "budget" | "plan" => "target",
            "baseline" | "industry" => "benchmark",
            "runbook" | "runbook_url" => "playbook",
            "notify" | "receiver" | "channel" | "team" | "contact" => "owner",
            "min" | "at_least" | "require" => "only",
            _ => return None,
        }),
        BlockKind::Scorecard => Some(match word.as_str() {
            "metric" | "kpis" | "measures" | "show" => "metrics",
            "group" | "dimensions" | "dimension" | "breakdown" => "by",
            "filter" => "where",
            "grain" | "time_grain" | "granularity" | "interval" => "every",
            "range" | "in" | "period" | "since" => "from",
            "versus" | "vs" | "against" => "compare",
            "audience" | "role" => "roles",
            _ => return None,
        }),
        BlockKind::Source | BlockKind::Rollup | BlockKind::Test => None,
    }
}
