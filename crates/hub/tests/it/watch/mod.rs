//! How the hub is watched: what is measured, what is judged by it, and who is told.

mod alert_rules;
mod alerts;
mod metrics;
mod queries;
mod ready;
mod spans;
mod system;
mod traces;

use platform::metrics::{Family, Sample};

use crate::support::TestApp;

/// Everything that is measured in this application, as one look finds it.
pub struct Look(pub Vec<Family>);

impl Look {
    pub async fn at(app: &TestApp) -> Self {
        Self(hub::watching::scrape(&app.app, None).unwrap().families().await)
    }

    pub fn family(&self, name: &str) -> Option<&Family> {
        self.0.iter().find(|family| family.name == name)
    }

    /// Those with these labels, whatever others they have.
    fn samples(&self, name: &str, labels: &[(&str, &str)]) -> Vec<&Sample> {
        let samples = self.family(name).map_or(&[][..], |family| &family.samples);
        let fits = |sample: &&Sample| {
            sample.suffix.is_empty() && labels.iter().all(|(label, text)| sample.label(label) == Some(*text))
        };
        samples.iter().filter(fits).collect()
    }

    /// Their sum.
    #[track_caller]
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let found = self.samples(name, labels);
        assert!(!found.is_empty(), "there is no {name} {labels:?}: {:#?}", self.family(name));
        found.iter().map(|sample| sample.value).sum()
    }

    pub fn has(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        !self.samples(name, labels).is_empty()
    }

    fn series(&self) -> usize {
        self.0.iter().map(|family| family.samples.len()).sum()
    }
}
