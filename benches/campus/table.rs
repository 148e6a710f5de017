//! The table at the end: medians of the rounds, and their ratios.

use crate::Plan;
use crate::figures::{Figure, Figures};
use crate::support::writers::{Change, WRITERS};

/// A line of the table.
struct Row {
    label: String,
    figure: Figure,
    /// What both programs are divided by: of the base, and their own.
    reference: Option<Figure>,
    /// The ratio that is wanted of the new program.
    wanted: &'static str,
}

pub fn print(plan: &Plan, base: Option<&Figures>, new: &Figures) {
    println!(
        "\nMedians of {} rounds. Ratios are to the first line of a block: of the base, or of one's own.\n",
        plan.rounds
    );
    println!("{:<50} {:>12} {:>12} {:>9} {:>9} {:>9}  wanted", "", "base", "new", "new/base", "base/own", "new/own");
    for block in blocks(plan) {
        for row in block {
            println!("{}", row.text(base, new));
        }
        println!();
    }
}

impl Row {
    fn new(label: String, figure: Figure) -> Self {
        Self { label, figure, reference: None, wanted: "" }
    }

    fn against(self, reference: Figure) -> Self {
        Self { reference: Some(reference), ..self }
    }

    fn wanted(self, wanted: &'static str) -> Self {
        Self { wanted, ..self }
    }

    fn text(&self, base: Option<&Figures>, new: &Figures) -> String {
        let of_base = base.map_or_else(|| "no base".to_owned(), |base| self.value(base));
        let ratios = [(Some(new), base), (base, base), (Some(new), Some(new))]
            .map(|(of, to)| format!("{:>9}", self.ratio(of, to)))
            .join(" ");
        let line = format!("{:<50} {of_base:>12} {:>12} {ratios}  {}", self.label, self.value(new), self.wanted);
        line.trim_end().to_owned()
    }

    fn value(&self, figures: &Figures) -> String {
        match figures.median(self.figure) {
            Some(value) => {
                let decimals = self.decimals();
                format!("{value:.decimals$}")
            }
            None if figures.is_refused(self.figure) => "refused".into(),
            None => "not measured".into(),
        }
    }

    fn decimals(&self) -> usize {
        match self.figure {
            Figure::Held(_) | Figure::MostHeld(_) | Figure::Refusals => 0,
            Figure::Rate(..) | Figure::Output(..) => 1,
            Figure::Processor(..) | Figure::Latency(..) | Figure::Heard | Figure::Painted => 2,
        }
    }

    /// One program's figure, divided by the reference of one.
    fn ratio(&self, of: Option<&Figures>, to: Option<&Figures>) -> String {
        let find = || Some((of?.median(self.figure)?, to?.median(self.reference?)?));
        match find() {
            Some((value, reference)) if reference > 0.0 => format!("{:.2}", value / reference),
            _ => "-".into(),
        }
    }
}

fn blocks(plan: &Plan) -> Vec<Vec<Row>> {
    let mut blocks = Vec::new();
    for change in Change::ALL {
        blocks.push(rates(plan, change));
        blocks.push(processors(plan, change));
        blocks.push(outputs(plan, change));
        blocks.push(latencies(plan, change, 50));
        blocks.push(latencies(plan, change, 95));
    }
    blocks.push(paints());
    blocks.push(connections(plan));
    blocks
}

/// Writers that write as fast as they can.
fn rates(plan: &Plan, change: Change) -> Vec<Row> {
    let row = |&count: &usize| {
        let wanted = match count {
            20 => "new/base at least 0.80",
            90 => "new/base at least 0.60",
            _ => "",
        };
        let label = format!("{WRITERS} writers, {}, {}: changes/s", change.column(), consoles(count));
        Row::new(label, Figure::Rate(change, count)).against(Figure::Rate(change, 0)).wanted(wanted)
    };
    plan.flooded.iter().map(row).collect()
}

/// What a change takes of the server's processors.
fn processors(plan: &Plan, change: Change) -> Vec<Row> {
    let row = |&count: &usize| {
        let label = format!("PostgreSQL, {}, {}: CPU ms/change", change.column(), consoles(count));
        Row::new(label, Figure::Processor(change, count)).against(Figure::Processor(change, 0))
    };
    plan.flooded.iter().map(row).collect()
}

/// What consoles write to their terminals.
fn outputs(plan: &Plan, change: Change) -> Vec<Row> {
    let row = |&count: &usize| {
        let label = format!("terminals, {}, {}: bytes/change", change.column(), consoles(count));
        Row::new(label, Figure::Output(change, count))
    };
    plan.flooded.iter().filter(|&&count| count > 0).map(row).collect()
}

/// One writer at a fixed rate.
fn latencies(plan: &Plan, change: Change, percent: usize) -> Vec<Row> {
    let row = |&count: &usize| {
        let label = format!("1 writer at 20/s, {}, {}: p{percent} ms", change.column(), consoles(count));
        let wanted = if count > 0 && percent == 50 { "new/own at most 1.30" } else { "" };
        let reference = Figure::Latency(change, 0, percent);
        Row::new(label, Figure::Latency(change, count, percent)).against(reference).wanted(wanted)
    };
    plan.paced.iter().map(row).collect()
}

/// Where a change is seen.
fn paints() -> Vec<Row> {
    vec![
        Row::new("commit to a listener and one page: p50 ms".into(), Figure::Heard).against(Figure::Heard),
        Row::new("commit to its paint, 1 console: p50 ms".into(), Figure::Painted)
            .against(Figure::Heard)
            .wanted("new/own at most 2.50"),
    ]
}

fn connections(plan: &Plan) -> Vec<Row> {
    let mut rows = Vec::new();
    for &count in plan.consoles.iter().filter(|&&count| count > 0) {
        rows.push(Row::new(format!("connections of {}, idle", consoles(count)), Figure::Held(count)));
        if plan.flooded.contains(&count) {
            let label = format!("connections of {}, at most, with writers", consoles(count));
            rows.push(Row::new(label, Figure::MostHeld(count)));
        }
    }
    rows.push(Row::new("connections that the server refused, a round".into(), Figure::Refusals));
    rows
}

fn consoles(count: usize) -> String {
    if count == 1 { "1 console".into() } else { format!("{count} consoles") }
}
