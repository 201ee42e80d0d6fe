use std::fs::File;
use std::io::{BufWriter, Error, Write};
use std::path::Path;

use kernel::harmless_cell;
use serde::Serialize;

use super::Kind;

/// How much a remark weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The row was taken in by this run, but not quite as it stands in the source.
    Warning,
    /// The row was not taken in. Said again by every run, until the source is mended.
    Problem,
}

/// A remark on one row of the source. It names columns and ids, never personal values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub kind: Kind,
    pub external_id: String,
    pub severity: Severity,
    pub reason: String,
}

#[derive(Serialize)]
struct Line<'a> {
    table: &'static str,
    external_id: &'a str,
    severity: Severity,
    reason: &'a str,
}

/// The report file. It grows with the run, so that a run that breaks off leaves what it found.
pub struct Report {
    form: Form,
}

enum Form {
    Csv(Box<csv::Writer<File>>),
    Json { file: BufWriter<File>, empty: bool },
}

impl Report {
    pub fn create(path: &Path) -> Result<Self, Error> {
        let file = File::create(path)?;
        let form = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
            let mut file = BufWriter::new(file);
            file.write_all(b"[")?;
            Form::Json { file, empty: true }
        } else {
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(file);
            writer.write_record(["table", "external_id", "severity", "reason"]).map_err(Error::other)?;
            Form::Csv(Box::new(writer))
        };
        Ok(Self { form })
    }

    pub fn add(&mut self, findings: &[Finding]) -> Result<(), Error> {
        for finding in findings {
            let mut line = Line {
                table: finding.kind.table(),
                external_id: &finding.external_id,
                severity: finding.severity,
                reason: &finding.reason,
            };
            match &mut self.form {
                Form::Csv(writer) => {
                    let external_id = harmless_cell(line.external_id);
                    line.external_id = &external_id;
                    writer.serialize(line).map_err(Error::other)?;
                }
                Form::Json { file, empty } => {
                    file.write_all(if *empty { b"\n" } else { b",\n" })?;
                    serde_json::to_writer(&mut *file, &line)?;
                    *empty = false;
                }
            }
        }
        match &mut self.form {
            Form::Csv(writer) => writer.flush(),
            Form::Json { file, .. } => file.flush(),
        }
    }

    /// Closes the list; an interrupted JSON report lacks its last bracket, which shows that it is not whole.
    pub fn finish(&mut self) -> Result<(), Error> {
        match &mut self.form {
            Form::Csv(writer) => writer.flush(),
            Form::Json { file, .. } => {
                file.write_all(b"\n]\n")?;
                file.flush()
            }
        }
    }
}
