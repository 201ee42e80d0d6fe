//! `hub config check`: everything that the settings name is tried, and nothing is sent or changed: what is written into a
//! bucket for copies to try it is removed at once.

mod database;
mod machine;
mod own_keys;
mod services;

use std::process::ExitCode;

use anyhow::Result;
use platform::settings::{Profile, Settings};

use super::quiet_log;
use crate::strictness;

/// What came of it, printed as it is found out.
#[derive(Default)]
struct Report {
    wrong: usize,
    warnings: usize,
}

impl Report {
    fn ok(&self, told: impl std::fmt::Display) {
        println!("ok       {told}");
    }

    fn warning(&mut self, told: impl std::fmt::Display) {
        self.warnings += 1;
        println!("warning  {told}");
    }

    fn wrong(&mut self, told: impl std::fmt::Display) {
        self.wrong += 1;
        println!("WRONG    {told}");
    }
}

pub(super) async fn check(settings: Settings) -> Result<ExitCode> {
    quiet_log();
    let mut report = Report::default();
    profile(&settings, &mut report);
    database::check(&settings, &mut report).await;
    services::mail(&settings, &mut report).await;
    services::payments(&settings, &mut report).await;
    services::bucket(&settings, &mut report).await;
    own_keys::backup(&settings, &mut report).await;
    services::collector(&settings, &mut report).await;
    machine::files(&settings, &mut report);
    machine::disks(&settings, &mut report);
    let Report { wrong, warnings } = report;
    println!("{wrong} wrong, {warnings} warnings.");
    Ok(if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn profile(settings: &Settings, report: &mut Report) {
    let weak = strictness::weaknesses(settings);
    match settings.profile {
        Profile::Production if weak.is_empty() => report.ok("settings: strong enough for production"),
        Profile::Production => weak.iter().for_each(|weakness| report.wrong(weakness)),
        Profile::Staging => weak.iter().for_each(|weakness| report.warning(weakness)),
        Profile::Development | Profile::Test => {
            report.ok("settings: can be read; the profile is not one that refuses weak ones");
        }
    }
    if let Some(sentence) = strictness::live_key(settings) {
        report.wrong(sentence);
    }
    if let Err(sentence) = staff::check_settings(settings) {
        report.wrong(sentence);
    }
}
