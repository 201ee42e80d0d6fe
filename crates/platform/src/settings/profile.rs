use super::{SettingsError, Values, text, wrong};

/// What the hub is run for. Whoever starts it knows what each may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Development,
    Test,
    Staging,
    Production,
}

pub(super) fn read(values: &Values) -> Result<Profile, SettingsError> {
    match text(values, "profile") {
        "development" => Ok(Profile::Development),
        "test" => Ok(Profile::Test),
        "staging" => Ok(Profile::Staging),
        "production" => Ok(Profile::Production),
        _ => Err(wrong(values, "profile", "must be development, test, staging or production")),
    }
}
