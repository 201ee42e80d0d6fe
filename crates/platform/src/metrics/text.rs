//! What was measured, and the text that Prometheus reads (exposition format 0.0.4).

use std::fmt::Write as _;

/// One name, and what is measured under it.
#[derive(Debug, Clone, PartialEq)]
pub struct Family {
    pub name: &'static str,
    pub help: &'static str,
    pub kind: &'static str,
    pub samples: Vec<Sample>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Behind the family's name: of histograms only.
    pub suffix: &'static str,
    pub labels: Vec<(&'static str, String)>,
    pub value: f64,
}

impl Sample {
    pub fn of(labels: &[(&'static str, &str)], value: f64) -> Self {
        let labels = labels.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        Self { suffix: "", labels, value }
    }

    pub(crate) fn named(mut self, suffix: &'static str) -> Self {
        self.suffix = suffix;
        self
    }

    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| *known == name).map(|(_, text)| text.as_str())
    }
}

impl Family {
    pub fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: "counter", samples: Vec::new() }
    }

    pub fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: "gauge", samples: Vec::new() }
    }

    pub fn histogram(name: &'static str, help: &'static str) -> Self {
        Self { name, help, kind: "histogram", samples: Vec::new() }
    }

    #[must_use]
    pub fn with(mut self, samples: impl IntoIterator<Item = Sample>) -> Self {
        self.samples.extend(samples);
        self
    }

    /// Without labels.
    #[must_use]
    pub fn at(self, value: f64) -> Self {
        self.with([Sample::of(&[], value)])
    }
}

pub fn render(families: &[Family]) -> String {
    let mut text = String::new();
    for Family { name, help, kind, samples } in families {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# HELP {name} {}\n# TYPE {name} {kind}", escaped(help, false));
        for Sample { suffix, labels, value } in samples {
            let _ = write!(text, "{name}{suffix}");
            for (at, (label, given)) in labels.iter().enumerate() {
                let _ =
                    write!(text, "{}{label}=\"{}\"", if at == 0 { '{' } else { ',' }, escaped(given, true));
            }
            let _ = writeln!(text, "{} {value}", if labels.is_empty() { "" } else { "}" });
        }
    }
    text
}

fn escaped(text: &str, quotes: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if quotes { text.replace('"', "\\\"") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_prometheus_reads_it() {
        let families = [
            Family::gauge("hub_jobs", "Jobs, by state.\nAnd kind.")
                .with([Sample::of(&[("state", "dead"), ("kind", "a\"b\\c\nd")], 2.0), Sample::of(&[], 0.25)]),
            Family::counter("hub_none_total", "Nothing yet."),
        ];
        assert_eq!(
            render(&families),
            "# HELP hub_jobs Jobs, by state.\\nAnd kind.\n# TYPE hub_jobs gauge\n\
             hub_jobs{state=\"dead\",kind=\"a\\\"b\\\\c\\nd\"} 2\nhub_jobs 0.25\n\
             # HELP hub_none_total Nothing yet.\n# TYPE hub_none_total counter\n"
        );
    }
}
