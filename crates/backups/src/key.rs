//! The key that copies are encrypted with.

use std::str::FromStr;

use age::{
    secrecy::ExposeSecret,
    x25519::{Identity, Recipient},
};

use crate::BackupError;

/// Opens and locks copies. Whoever has its text can read them all.
#[derive(Clone)]
pub struct Key {
    identity: Identity,
    /// Others who can open them too.
    others: Vec<Recipient>,
}

impl Key {
    /// A new one, as text.
    pub fn make() -> String {
        Identity::generate().to_string().expose_secret().to_owned()
    }

    /// `text`: an age identity, with or without the comment lines of age-keygen; `others`: age recipients.
    pub fn read(text: &str, others: &[String]) -> Result<Self, BackupError> {
        let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let identity = Identity::from_str(line.unwrap_or_default()).map_err(|_| BackupError::Key)?;
        let read =
            |text: &String| Recipient::from_str(text).map_err(|_| BackupError::Recipient(text.clone()));
        Ok(Self { identity, others: others.iter().map(read).collect::<Result<_, _>>()? })
    }

    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn recipients(&self) -> Vec<Recipient> {
        let own = self.identity.to_public();
        self.others.iter().cloned().chain([own]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_age_keygen_writes_it_and_nothing_else_is() {
        let text = Key::make();
        let with_comments = format!("# created: 2026-11-28\n# public key: age1…\n{text}\n");
        assert_eq!(
            Key::read(&with_comments, &[]).unwrap().recipient(),
            Key::read(&text, &[]).unwrap().recipient()
        );
        for wrong in ["", "AGE-SECRET-KEY-1", &text[..60], "0123"] {
            assert!(Key::read(wrong, &[]).is_err(), "{wrong}");
        }
        assert!(matches!(Key::read(&text, &["age1nonsense".to_owned()]), Err(BackupError::Recipient(_))));
    }
}
