//! What the same costs over more customers, of the kept results: a picture as SVG, both axes logarithmic.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Result;
use serde_json::Value;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 520.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 260.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 50.0;

/// What is drawn, each in a colour that can be told from the others by those who see few.
const LINES: [(&str, &str); 7] = [
    ("list, first page", "#000000"),
    ("page last by number", "#e69f00"),
    ("search rare word", "#56b4e9"),
    ("search common word", "#009e73"),
    ("filter city", "#cc79a7"),
    ("customer, newest", "#0072b2"),
    ("timeline, 50 entries", "#d55e00"),
];

/// Milliseconds (the median of one client) by customers, of one line.
type Points = BTreeMap<i64, f64>;

/// Writes `cost.svg` beside the results; of several results for as many customers, the newest file counts.
pub fn draw(results: &Path) -> Result<()> {
    let mut files: Vec<_> = std::fs::read_dir(results)?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort_by_key(|path| path.metadata().and_then(|data| data.modified()).ok());
    let mut lines: BTreeMap<&str, Points> = BTreeMap::new();
    for file in files {
        let result: Value = serde_json::from_slice(&std::fs::read(file)?)?;
        let Some(customers) = result["customers"].as_i64() else { continue };
        for (name, _) in LINES {
            if let Some(ms) = of(&result, name) {
                lines.entry(name).or_default().insert(customers, ms);
            }
        }
    }
    std::fs::write(results.join("cost.svg"), picture(&lines))?;
    Ok(())
}

fn of(result: &Value, name: &str) -> Option<f64> {
    if name == "list, first page" {
        return result["firstPage"]["1"]["hub"]["p50Ms"].as_f64();
    }
    let other = result["others"].as_array()?.iter().find(|other| other["name"] == name)?;
    other["one"]["p50Ms"].as_f64()
}

/// From a value to a place on an axis of powers of ten.
struct Axis {
    from: f64,
    to: f64,
    begin: f64,
    end: f64,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone, begin: f64, end: f64) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min).log10().floor();
        let most = values.fold(0.0, f64::max).log10().ceil();
        let from = if least.is_finite() { least } else { 0.0 };
        Self { from, to: most.max(from + 1.0), begin, end }
    }

    fn at(&self, value: f64) -> f64 {
        self.begin + (value.log10() - self.from) / (self.to - self.from) * (self.end - self.begin)
    }

    fn powers(&self) -> impl Iterator<Item = f64> {
        (self.from as i32..=self.to as i32).map(|power| 10f64.powi(power))
    }
}

fn picture(lines: &BTreeMap<&str, Points>) -> String {
    let customers = lines.values().flat_map(BTreeMap::keys).map(|count| *count as f64);
    let times = lines.values().flat_map(BTreeMap::values).copied();
    let across = Axis::of(customers, LEFT, WIDTH - RIGHT);
    let up = Axis::of(times, HEIGHT - BOTTOM, TOP);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    for count in across.powers() {
        let x = across.at(count);
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.1} {TOP}V{:.1}\" stroke=\"#ddd\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{count}</text>",
            HEIGHT - BOTTOM,
            HEIGHT - BOTTOM + 20.0
        );
    }
    for ms in up.powers() {
        let y = up.at(ms);
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {y:.1}H{:.1}\" stroke=\"#ddd\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{ms}</text>",
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0
        );
    }
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"18\">median in ms, one client</text>");
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">customers</text>",
        f64::midpoint(LEFT, WIDTH - RIGHT),
        HEIGHT - 8.0
    );
    for (row, (name, colour)) in LINES.iter().enumerate() {
        let Some(points) = lines.get(name) else { continue };
        let places: Vec<(f64, f64)> =
            points.iter().map(|(count, ms)| (across.at(*count as f64), up.at(*ms))).collect();
        let path: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        );
        for (x, y) in places {
            let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"/>");
        }
        let y = TOP + 20.0 * (row as f64 + 1.0);
        let x = WIDTH - RIGHT + 20.0;
        let _ = writeln!(
            svg,
            "<path d=\"M{x} {y:.1}h24\" stroke=\"{colour}\" stroke-width=\"3\"/><text x=\"{}\" y=\"{:.1}\">{name}</text>",
            x + 32.0,
            y + 4.0
        );
    }
    svg + "</svg>\n"
}
