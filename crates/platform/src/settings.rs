//! Settings: one table of names, defaults and meanings, read from a TOML file and the environment (which wins).
//! A wrong value is reported by the name it was given under.

use std::{
    collections::BTreeMap, env, fs, net::IpAddr, net::SocketAddr, path::Path, path::PathBuf, time::Duration,
};

mod access;
mod alerts;
mod audit;
mod backup;
mod invoice;
mod otlp;
mod profile;
mod stripe;
mod table;

pub use access::{AccessSettings, SingleSignOnSettings, split_url};
pub use alerts::{AlertSettings, WebhookSettings};
pub use audit::{AnchorPlace, AuditSettings};
pub use backup::{BackupSettings, BucketSettings};
pub use invoice::InvoiceSettings;
pub use otlp::OtlpSettings;
pub use profile::Profile;
pub use stripe::{Secret, StripeSettings};
pub use table::{Setting, TABLE};

#[derive(Debug, Clone)]
pub struct Settings {
    pub profile: Profile,
    pub listen: SocketAddr,
    pub public_url: String,
    pub database_url: Option<String>,
    /// The owner's way to the same database.
    pub database_owner_url: Option<String>,
    /// A standby of it, for heavy reads.
    pub database_standby_url: Option<String>,
    /// Who signed the certificate of its server.
    pub database_ca: Option<PathBuf>,
    pub data_dir: Option<PathBuf>,
    pub postgres_bin: Option<PathBuf>,
    pub audit: AuditSettings,
    pub backup: BackupSettings,
    /// As given, or as found in its file by whoever starts the hub; checked where it is used.
    pub vault_key: Option<Secret>,
    /// None: it stands beside the keys in the data folder, where whoever starts the hub puts its name.
    pub erasure_ledger: Option<PathBuf>,
    /// Month and day.
    pub financial_year_end: (i8, i8),
    pub pool_size: usize,
    pub demo: bool,
    /// `hub serve` does the work after the commit too.
    pub run_jobs: bool,
    /// What was computed for a state of the data is kept for as long as it lasts.
    pub remember: bool,
    pub trusted_proxies: Vec<IpAddr>,
    /// How long the end is announced before nobody new is let in, and how long what is under way may take then.
    pub stop_notice: Duration,
    pub stop: Duration,
    pub session_idle: Duration,
    pub session_lifetime: Duration,
    pub access: AccessSettings,
    pub smtp_url: Option<String>,
    pub smtp_timeout: Duration,
    pub mail_from: String,
    pub invoice: InvoiceSettings,
    /// None: nothing is sent to Stripe.
    pub stripe: Option<StripeSettings>,
    pub personal_export_kept: Duration,
    /// How many customers one bulk act may be about.
    pub bulk_customers: i32,
    pub alerts: AlertSettings,
    /// None: what is measured is shown nowhere.
    pub metrics_listen: Option<SocketAddr>,
    /// None: no spans are made.
    pub otlp: Option<OtlpSettings>,
    pub log: String,
    pub log_json: bool,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    #[error("{path}: {cause}")]
    File { path: String, cause: String },
    #[error("{given}: there is no such setting; `hub config show` lists them all")]
    Unknown { given: String },
    #[error("{given} = {value:?}: {cause}")]
    Wrong { given: String, value: String, cause: String },
}

/// A value and the name it was given under (`listen in hub.toml`, `HUB_LISTEN`, `default`).
#[derive(Debug, Clone)]
pub struct Given {
    pub value: String,
    pub source: String,
}

pub type Values = BTreeMap<&'static str, Given>;

impl Settings {
    /// Reads `file` (when given, it must exist), then the environment.
    pub fn load(file: Option<&Path>) -> Result<(Self, Values), SettingsError> {
        let values = gather(file, env::vars())?;
        Ok((Self::parse(&values)?, values))
    }

    /// What stands in this file, and nothing of the environment.
    pub fn of_file(file: &Path) -> Result<Self, SettingsError> {
        Self::parse(&gather(Some(file), std::iter::empty())?)
    }

    /// Everything at its default, for tests.
    pub fn defaults() -> Self {
        gather(None, std::iter::empty())
            .and_then(|values| Self::parse(&values))
            .expect("the defaults are right")
    }

    fn parse(values: &Values) -> Result<Self, SettingsError> {
        let listen: SocketAddr = read(values, "listen", "an address and a port, such as 127.0.0.1:8080")?;
        let public_url = match text(values, "public_url") {
            "" => format!("http://localhost:{}", listen.port()),
            url => origin(url).ok_or_else(|| {
                wrong(
                    values,
                    "public_url",
                    "must be http://host or https://host, with a port if any and no path",
                )
            })?,
        };
        let url = |name| Some(text(values, name)).filter(|url| !url.is_empty()).map(str::to_owned);
        let path = |name| url(name).map(PathBuf::from);
        Ok(Self {
            profile: profile::read(values)?,
            listen,
            public_url,
            database_url: url("database_url"),
            database_owner_url: url("database_owner_url"),
            database_standby_url: url("database_standby_url"),
            database_ca: path("database_ca"),
            data_dir: path("data_dir"),
            postgres_bin: path("postgres_bin"),
            audit: audit::read(values),
            backup: backup::read(values)?,
            vault_key: Some(text(values, "vault_key"))
                .filter(|key| !key.is_empty())
                .map(|key| Secret(key.to_owned())),
            erasure_ledger: path("erasure_ledger"),
            financial_year_end: month_and_day(values, "financial_year_ends")?,
            pool_size: within(values, "pool_size", 2, 500)?,
            demo: read(values, "demo", "true or false")?,
            run_jobs: read(values, "run_jobs", "true or false")?,
            remember: read(values, "remember", "true or false")?,
            trusted_proxies: text(values, "trusted_proxies")
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| {
                    part.parse().map_err(|_| {
                        wrong(values, "trusted_proxies", "must be IP addresses with commas between them")
                    })
                })
                .collect::<Result<_, _>>()?,
            stop_notice: Duration::from_secs(within(values, "stop_notice_seconds", 0, 300)? as u64),
            stop: Duration::from_secs(within(values, "stop_seconds", 1, 3600)? as u64),
            session_idle: Duration::from_secs(60 * within(values, "session_idle_minutes", 1, 10_080)? as u64),
            session_lifetime: Duration::from_secs(3600 * within(values, "session_hours", 1, 720)? as u64),
            access: AccessSettings::parse(values)?,
            smtp_url: Some(text(values, "smtp_url")).filter(|url| !url.is_empty()).map(str::to_owned),
            smtp_timeout: Duration::from_secs(within(values, "smtp_timeout_seconds", 1, 300)? as u64),
            mail_from: text(values, "mail_from").to_owned(),
            invoice: invoice::read(values)?,
            stripe: stripe::read(values)?,
            personal_export_kept: Duration::from_secs(
                86_400 * within(values, "personal_export_days", 1, 30)? as u64,
            ),
            bulk_customers: i32::try_from(within(values, "bulk_customers", 1, 10_000_000)?).unwrap_or(1),
            alerts: alerts::read(values)?,
            metrics_listen: match text(values, "metrics_listen") {
                "" => None,
                _ => Some(read(
                    values,
                    "metrics_listen",
                    "empty, or an address and a port, such as 127.0.0.1:9464",
                )?),
            },
            otlp: otlp::read(values)?,
            log: text(values, "log").to_owned(),
            log_json: match text(values, "log_format") {
                "text" => false,
                "json" => true,
                _ => return Err(wrong(values, "log_format", "must be text or json")),
            },
        })
    }
}

/// `03-31`; a day that no year has is refused.
fn month_and_day(values: &Values, name: &'static str) -> Result<(i8, i8), SettingsError> {
    let day = text(values, name).split_once('-').and_then(|(month, day)| {
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        jiff::civil::Date::new(2024, month, day).ok().map(|date| (date.month(), date.day()))
    });
    day.ok_or_else(|| wrong(values, name, "must be a month and a day, such as 03-31"))
}

fn gather(
    file: Option<&Path>,
    environment: impl Iterator<Item = (String, String)>,
) -> Result<Values, SettingsError> {
    let mut values: Values = TABLE
        .iter()
        .map(|row| (row.name, Given { value: row.default.to_owned(), source: "default".to_owned() }))
        .collect();
    if let Some(path) = file {
        read_file(path, &mut values)?;
    }
    for (variable, value) in environment {
        let name = match variable.as_str() {
            "DATABASE_URL" => "database_url".to_owned(),
            // Where the settings file is, not a setting of it.
            "HUB_CONFIG" => continue,
            _ => match variable.strip_prefix("HUB_") {
                Some(rest) => rest.to_lowercase(),
                None => continue,
            },
        };
        let (name, value) = match name.strip_suffix("_file") {
            Some(secret) if TABLE.iter().any(|row| row.secret && row.name == secret) => {
                let content = fs::read_to_string(&value).map_err(|error| SettingsError::Wrong {
                    given: variable.clone(),
                    value: value.clone(),
                    cause: error.to_string(),
                })?;
                (secret.to_owned(), content.trim_end().to_owned())
            }
            _ => (name, value),
        };
        let row = find(&name).ok_or_else(|| SettingsError::Unknown { given: variable.clone() })?;
        values.insert(row.name, Given { value, source: variable });
    }
    Ok(values)
}

fn read_file(path: &Path, values: &mut Values) -> Result<(), SettingsError> {
    let broken = |cause: String| SettingsError::File { path: path.display().to_string(), cause };
    let content = fs::read_to_string(path).map_err(|error| broken(error.to_string()))?;
    let table: toml::Table = content.parse().map_err(|error: toml::de::Error| broken(error.to_string()))?;
    for (name, value) in table {
        let given = format!("{name} in {}", path.display());
        let row = find(&name).ok_or_else(|| SettingsError::Unknown { given: given.clone() })?;
        let value = match value {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        values.insert(row.name, Given { value, source: given });
    }
    Ok(())
}

fn find(name: &str) -> Option<&'static Setting> {
    TABLE.iter().find(|row| row.name == name)
}

fn text<'a>(values: &'a Values, name: &str) -> &'a str {
    values.get(name).map_or("", |given| given.value.trim())
}

fn wrong(values: &Values, name: &str, cause: &str) -> SettingsError {
    let secret = find(name).is_some_and(|row| row.secret);
    let given = values.get(name);
    SettingsError::Wrong {
        given: given.map_or(name, |given| &given.source).to_owned(),
        value: if secret {
            "…".to_owned()
        } else {
            given.map(|given| given.value.clone()).unwrap_or_default()
        },
        cause: cause.to_owned(),
    }
}

fn read<T: std::str::FromStr>(values: &Values, name: &str, expected: &str) -> Result<T, SettingsError> {
    text(values, name).parse().map_err(|_| wrong(values, name, &format!("must be {expected}")))
}

fn within(values: &Values, name: &str, least: usize, most: usize) -> Result<usize, SettingsError> {
    let expected = format!("a whole number from {least} to {most}");
    let number = read(values, name, &expected)?;
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(wrong(values, name, &format!("must be {expected}")))
    }
}

/// Scheme, host and port, as browsers send them in `Origin` (RFC 6454 6.1).
fn origin(url: &str) -> Option<String> {
    let url = url.strip_suffix('/').unwrap_or(url);
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let plain = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:[]".contains(c));
    plain.then(|| url.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
