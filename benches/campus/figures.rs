//! What was measured, by what it is.

use std::collections::BTreeMap;

use crate::support::writers::Change;

/// What a figure tells. A count is that of the open consoles.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Changes a second, of all writers.
    Rate(Change, usize),
    /// Milliseconds of the server's processors for one change.
    Processor(Change, usize),
    /// Bytes that all consoles write for one change.
    Output(Change, usize),
    /// Milliseconds of a change, with the percentage of changes that take no longer.
    Latency(Change, usize, usize),
    /// Milliseconds from a commit to a bare listener that has read a page.
    Heard,
    /// Milliseconds from a commit to its paint on a console.
    Painted,
    /// Connections of idle consoles.
    Held(usize),
    /// The most connections of consoles while writers write.
    MostHeld(usize),
    /// Connections that the server refused in one round.
    Refusals,
}

impl Figure {
    /// With how many consoles it was measured.
    fn consoles(self) -> usize {
        match self {
            Self::Rate(_, count)
            | Self::Processor(_, count)
            | Self::Output(_, count)
            | Self::Latency(_, count, _)
            | Self::Held(count)
            | Self::MostHeld(count) => count,
            Self::Painted => 1,
            Self::Heard | Self::Refusals => 0,
        }
    }
}

/// The figures of one program, from all rounds.
#[derive(Default)]
pub struct Figures {
    samples: BTreeMap<Figure, Vec<f64>>,
    /// The least count of consoles for which the server had no connections.
    refused: Option<usize>,
}

impl Figures {
    pub fn add(&mut self, figure: Figure, value: f64) {
        self.samples.entry(figure).or_default().push(value);
    }

    /// Notes that the server refused one of so many consoles.
    pub fn refuse(&mut self, count: usize) {
        self.refused = Some(self.refused.map_or(count, |refused| refused.min(count)));
    }

    pub fn is_refused(&self, figure: Figure) -> bool {
        self.refused.is_some_and(|refused| figure.consoles() >= refused)
    }

    /// The median of the rounds.
    pub fn median(&self, figure: Figure) -> Option<f64> {
        if self.is_refused(figure) {
            return None;
        }
        let mut samples = self.samples.get(&figure)?.clone();
        samples.sort_by(f64::total_cmp);
        samples.get(samples.len() / 2).copied()
    }
}
