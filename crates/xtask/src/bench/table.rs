//! Rows as text: the table in Markdown, as `docs/performance.md` carries it.

use super::figure::{Figure, Limit, Value, Verdict};

/// Where and how, then the table.
pub(crate) fn page(machine: &str, figures: &[Figure]) -> String {
    let mut page =
        format!("{machine}\n\n| | beside it, in the same run | ours | must be | |\n|---|---|---|---|---|\n");
    for figure in figures {
        page.push_str(&row(figure));
        page.push('\n');
    }
    page
}

fn row(figure: &Figure) -> String {
    let (peers, ours) = match &figure.value {
        Value::LongForm => (String::new(), String::new()),
        Value::Measured { ours, peers } => {
            let peers: Vec<String> = peers
                .iter()
                .map(|peer| format!("{} {}", peer.name, with_unit(peer.value, figure.unit)))
                .collect();
            (peers.join("; "), format!("**{}**", with_unit(*ours, figure.unit)))
        }
    };
    let limits: Vec<String> = figure.limits.iter().copied().map(|limit| words(limit, figure)).collect();
    let verdict = match figure.verdict() {
        Verdict::Holds => "holds".to_owned(),
        Verdict::Worse(limit) => format!("**worse**: {limit}"),
        Verdict::Shown => String::new(),
        Verdict::LongForm => "long form".to_owned(),
    };
    format!("| {} | {peers} | {ours} | {} | {verdict} |", figure.name, limits.join(", "))
}

/// A limit in words; a ratio with what it came to, and how much that is.
fn words(limit: Limit, figure: &Figure) -> String {
    let words = limit.words(figure.unit);
    match (limit, &figure.value) {
        (Limit::TimesPeer(_), Value::Measured { ours, peers }) => match peers.first() {
            Some(peer) => format!(
                "{words} ({:.2} ×, {} more)",
                ours / peer.value,
                with_unit(ours - peer.value, figure.unit)
            ),
            None => words,
        },
        (Limit::TimesPeer(_) | Limit::AtMost(_) | Limit::Under(_), _) => words,
    }
}

/// Three digits say all that a measurement knows.
fn with_unit(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        v if v == v.trunc() || v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::figure::Peer;
    use super::*;

    #[test]
    fn a_row_shows_the_peer_the_ratio_and_what_became_of_it() {
        let mut figure = Figure {
            name: "delivery".to_owned(),
            unit: "µs",
            value: Value::Measured { ours: 2.5, peers: vec![Peer { name: "bare axum", value: 2.0 }] },
            limits: vec![Limit::TimesPeer(1.7)],
        };
        assert_eq!(
            row(&figure),
            "| delivery | bare axum 2 µs | **2.50 µs** | at most 1.7 × the peer's (1.25 ×, 0.50 µs more) | holds |"
        );
        figure.limits = vec![Limit::Under(2.0)];
        assert_eq!(
            row(&figure),
            "| delivery | bare axum 2 µs | **2.50 µs** | under 2 µs | **worse**: under 2 µs |"
        );
        figure.value = Value::LongForm;
        assert_eq!(row(&figure), "| delivery |  |  | under 2 µs | long form |");
    }

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(with_unit(1234.5, "ms"), "1234 ms");
        assert_eq!(with_unit(31.26, "MiB"), "31.3 MiB");
        assert_eq!(with_unit(0.254, "/s"), "0.25 /s");
        assert_eq!(with_unit(0.0, ""), "0");
    }
}
