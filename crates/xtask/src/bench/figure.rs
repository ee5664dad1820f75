//! One row: what was measured, ours and the peers' in the same run, what it must not exceed, and whether it does. Less is better
//! in all of them.

/// A figure.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// What it is, in a few words.
    pub(crate) name: String,
    /// The unit of all its numbers; empty for a count.
    pub(crate) unit: &'static str,
    pub(crate) value: Value,
    /// All must hold. None: it is shown only.
    pub(crate) limits: Vec<Limit>,
}

/// What was measured.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Ours and the peers'.
    Measured { ours: f64, peers: Vec<Peer> },
    /// The short form cannot tell: it needs a release build or a browser.
    LongForm,
}

/// Another program's value, measured in the same run in the same way.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) value: f64,
}

/// What a figure must not exceed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Limit {
    /// This many units at most.
    AtMost(f64),
    /// Fewer units than this.
    Under(f64),
    /// This many times the first peer's at most.
    TimesPeer(f64),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// All limits hold.
    Holds,
    /// This one does not.
    Worse(String),
    /// It has no limit.
    Shown,
    /// It was not measured in this form.
    LongForm,
}

impl Figure {
    pub(crate) fn verdict(&self) -> Verdict {
        match &self.value {
            Value::LongForm => Verdict::LongForm,
            // NaN means that it was not measured, and no limit may accept that.
            Value::Measured { ours, .. } if !ours.is_finite() => Verdict::Worse("not measured".to_owned()),
            Value::Measured { peers, .. } if peers.iter().any(|peer| !peer.value.is_finite()) => {
                Verdict::Worse("the peer was not measured".to_owned())
            }
            Value::Measured { .. } if self.limits.is_empty() => Verdict::Shown,
            Value::Measured { ours, peers } => {
                let broken = self.limits.iter().find(|limit| !limit.holds(*ours, peers.first()));
                broken.map_or(Verdict::Holds, |limit| Verdict::Worse(limit.words(self.unit)))
            }
        }
    }
}

impl Limit {
    fn holds(self, ours: f64, peer: Option<&Peer>) -> bool {
        match self {
            Self::AtMost(most) => ours <= most,
            Self::Under(end) => ours < end,
            Self::TimesPeer(times) => peer.is_some_and(|peer| ours <= times * peer.value),
        }
    }

    pub(crate) fn words(self, unit: &str) -> String {
        match self {
            Self::AtMost(most) => format!("at most {most} {unit}"),
            Self::Under(end) => format!("under {end} {unit}"),
            Self::TimesPeer(times) => format!("at most {times} × the peer's"),
        }
        .trim_end()
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(ours: f64, peers: &[f64], limits: &[Limit]) -> Verdict {
        let peers = peers.iter().map(|value| Peer { name: "peer", value: *value }).collect();
        let value = Value::Measured { ours, peers };
        Figure { name: "it".to_owned(), unit: "KiB", value, limits: limits.to_vec() }.verdict()
    }

    #[test]
    fn every_limit_must_hold() {
        use Limit::{AtMost, TimesPeer, Under};
        assert_eq!(verdict(10.0, &[], &[AtMost(10.0)]), Verdict::Holds);
        assert_eq!(verdict(12.0, &[], &[Under(12.0)]), Verdict::Worse("under 12 KiB".to_owned()));
        assert_eq!(verdict(17.0, &[10.0, 1.0], &[TimesPeer(1.7), Under(18.0)]), Verdict::Holds);
        assert!(matches!(verdict(17.1, &[10.0], &[Under(18.0), TimesPeer(1.7)]), Verdict::Worse(_)));
        assert_eq!(verdict(1.0, &[], &[]), Verdict::Shown);
    }

    #[test]
    fn what_was_not_measured_does_not_pass() {
        assert!(matches!(verdict(f64::NAN, &[1.0], &[]), Verdict::Worse(_)));
        assert!(matches!(verdict(1.0, &[2.0, f64::NAN], &[Limit::AtMost(2.0)]), Verdict::Worse(_)));
        assert!(matches!(verdict(1.0, &[f64::NAN], &[]), Verdict::Worse(_)));
        assert!(matches!(verdict(1.0, &[], &[Limit::TimesPeer(2.0)]), Verdict::Worse(_)));
        assert!(matches!(verdict(1.0, &[f64::NAN], &[Limit::TimesPeer(2.0)]), Verdict::Worse(_)));
    }
}
