use clap::Subcommand;
use platform::settings::{TABLE, Values};

#[derive(Subcommand)]
pub(super) enum Config {
    /// Print every setting: value, where it came from, meaning. Secrets are masked.
    Show,
    /// Try the settings: database, mail server, payment provider, keys, files, disks, clock. A line each, with what to do; nothing is
    /// sent or changed. Exit code 1 when something is wrong.
    Check,
}

pub(super) fn show(values: &Values) {
    for row in TABLE {
        let Some(given) = values.get(row.name) else { continue };
        let value = match given.value.as_str() {
            "" => "(empty)",
            _ if row.secret => "********",
            value => value,
        };
        println!("{} = {value}    [{}]\n    {}", row.name, given.source, row.meaning);
    }
}
