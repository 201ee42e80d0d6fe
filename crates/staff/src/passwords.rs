//! Argon2id with 64 MiB and three passes, a few at a time so that a storm of sign-ins cannot exhaust the machine.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use platform::{Problem, Result};
use tokio::sync::Semaphore;

#[derive(Clone)]
pub struct Hasher {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    /// What an unknown person's password is compared with, so that the answer takes the same time.
    decoy: Arc<std::sync::OnceLock<String>>,
}

impl Default for Hasher {
    fn default() -> Self {
        let params = Params::new(64 * 1024, 3, 1, None).expect("the parameters are in range");
        Self {
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            slots: Arc::new(Semaphore::new(2)),
            decoy: Arc::default(),
        }
    }
}

impl Hasher {
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move |argon2, _| hash(argon2, &password)).await?
    }

    /// Whether the password fits; without a stored hash the same work is done and the answer is no.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        self.run(move |argon2, decoy| {
            let known = stored.is_some();
            let stored = match stored {
                Some(stored) => stored,
                None => match decoy.get() {
                    Some(decoy) => decoy.clone(),
                    None => decoy.get_or_init(|| hash(argon2, "decoy").unwrap_or_default()).clone(),
                },
            };
            let parsed = PasswordHash::new(&stored).map_err(|error| Problem::internal(&error))?;
            Ok(argon2.verify_password(password.as_bytes(), &parsed).is_ok() && known)
        })
        .await?
    }

    /// The permit goes along into the blocking task: a request that is given up still counts until its hashing ends.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>, &std::sync::OnceLock<String>) -> T + Send + 'static,
    ) -> Result<T> {
        let permit = self.slots.clone().acquire_owned().await.map_err(|error| Problem::internal(&error))?;
        let argon2 = self.argon2.clone();
        let decoy = self.decoy.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = work(&argon2, &decoy);
            drop(permit);
            outcome
        })
        .await
        .map_err(|error| Problem::internal(&error))
    }
}

fn hash(argon2: &Argon2<'static>, password: &str) -> Result<String> {
    argon2
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| Problem::internal(&error))
}
