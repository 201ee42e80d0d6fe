//! What a profile does not put up with. Each weakness is a sentence that says what to set.

use anyhow::{Result, bail};
use platform::{
    address::Address,
    settings::{AnchorPlace, Profile, Secret, Settings},
};

/// Refuses to start a production with weak settings, and another than production with the key to real money; a staging that is weaker
/// than production is told so.
pub fn check(settings: &Settings) -> Result<()> {
    let weak = weaknesses(settings);
    match settings.profile {
        Profile::Production if !weak.is_empty() => {
            bail!(
                "the profile is production, and these settings are too weak for it:\n    {}",
                weak.join("\n    ")
            )
        }
        Profile::Staging => {
            for weakness in weak {
                tracing::warn!(weakness, "production would not start with this");
            }
        }
        _ => {}
    }
    match live_key(settings) {
        Some(sentence) => bail!(sentence),
        None => Ok(()),
    }
}

/// What the application's role could change that is append-only.
pub fn check_rights(profile: Profile, weaknesses: &[String]) -> Result<()> {
    if profile == Profile::Production && !weaknesses.is_empty() {
        bail!(
            "the profile is production, and the role of `database_url` could change what is append-only ({}): give the hub a role that owns \
             nothing, and its owner's address to `hub migrate` alone (docs/audit.md)",
            weaknesses.join("; ")
        );
    }
    Ok(())
}

/// Test and staging are no places to move real money from.
pub fn live_key(settings: &Settings) -> Option<&'static str> {
    let live = is_key(settings, "live");
    (live && matches!(settings.profile, Profile::Test | Profile::Staging)).then_some(
        "stripe_api_key: this is a live key, and the profile is not production: give the key of Stripe's test mode",
    )
}

fn is_key(settings: &Settings, mode: &str) -> bool {
    let marks = [format!("sk_{mode}_"), format!("rk_{mode}_")];
    settings
        .stripe
        .as_ref()
        .is_some_and(|stripe| marks.iter().any(|mark| stripe.api_key.0.starts_with(mark.as_str())))
}

/// A sentence for each.
pub fn weaknesses(settings: &Settings) -> Vec<String> {
    let unsafe_database =
        [&settings.database_url, &settings.database_owner_url, &settings.database_standby_url]
            .into_iter()
            .flatten()
            // One that cannot be read is refused where it is used.
            .filter_map(|url| Address::read(url, settings.database_ca.as_deref()).ok())
            .any(|address| !address.is_safe());
    // A key beside what it protects protects nothing, and is lost with it.
    let not_given = |key: &Option<Secret>| key.is_none();
    let key = |name: &str| {
        format!(
            "{name}: the key would be made beside the data that it protects. Give it, and keep a copy elsewhere (HUB_{}_FILE in the \
             environment names a file with it)",
            name.to_uppercase()
        )
    };
    [
        (settings.demo, "demo: everybody knows its passwords. Switch it off".to_owned()),
        (
            !settings.public_url.starts_with("https://"),
            "public_url: must be https://…, with a reverse proxy in front that has the certificate".to_owned(),
        ),
        (
            settings.trusted_proxies.is_empty(),
            "trusted_proxies: name the reverse proxy's address. Without it every request seems to come from the proxy, and one person's \
             wrong passwords slow everybody down"
                .to_owned(),
        ),
        (
            unsafe_database,
            "database_url: the database is elsewhere, and who answers there is not checked. Give `database_ca`, or sslmode=verify-full"
                .to_owned(),
        ),
        (not_given(&settings.audit.key), key("audit_key")),
        (not_given(&settings.vault_key), key("vault_key")),
        (
            settings.audit.anchor == AnchorPlace::Off,
            "audit_anchor: is off, so that nothing outside the database says how far the trail went. Name a file".to_owned(),
        ),
        (
            !settings.backup.has_place(),
            "backup_folder: no copies would be made. Name a folder on another disk, or a bucket as `backup_bucket`".to_owned(),
        ),
        (settings.backup.has_place() && not_given(&settings.backup.key), key("backup_key")),
        (
            bucket_is_open(settings),
            "backup_bucket_endpoint: copies would cross the network in the clear, and who takes them would not be checked. Use https://"
                .to_owned(),
        ),
        (
            settings.access.second_factor_roles.is_empty(),
            "second_factor_roles: is empty, so that a password alone opens everything. Name at least superadmin and finance".to_owned(),
        ),
        (
            settings.smtp_url.as_deref().is_some_and(mail_is_open),
            "smtp_url: mail and the server's password would cross the network unencrypted. Use smtps://, or ?tls=required".to_owned(),
        ),
        (
            settings.smtp_url.is_some() && settings.mail_from.contains("@localhost"),
            "mail_from: is still desk@localhost. Give the address that mail is from".to_owned(),
        ),
        (
            is_key(settings, "test"),
            "stripe_api_key: this is a key of Stripe's test mode, so that refunds would not reach anybody".to_owned(),
        ),
    ]
    .into_iter()
    .filter_map(|(weak, sentence)| weak.then_some(sentence))
    .collect()
}

fn bucket_is_open(settings: &Settings) -> bool {
    let endpoint = settings.backup.bucket.as_ref().and_then(|bucket| bucket.endpoint.as_ref());
    endpoint.is_some_and(|url| !url.starts_with("https://"))
}

/// Whether somebody in between could read along.
fn mail_is_open(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("smtp://") else { return false };
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let here = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| {
        place.strip_prefix(name).is_some_and(|after| after.is_empty() || after.starts_with([':', '/']))
    });
    !here && !query.split('&').any(|one| one == "tls=required")
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use platform::settings::{BucketSettings, StripeSettings};

    use super::*;

    type Weaken = fn(&mut Settings);

    fn strong() -> Settings {
        let mut settings = Settings::defaults();
        settings.profile = Profile::Production;
        settings.public_url = "https://desk.example.com".to_owned();
        settings.trusted_proxies = vec![IpAddr::from([10, 0, 0, 2])];
        settings.database_url = Some("postgres://hub@db.example.com/hub?sslmode=verify-full".to_owned());
        let key = Some(Secret("ab".repeat(32)));
        (settings.audit.key, settings.vault_key, settings.backup.key) = (key.clone(), key.clone(), key);
        settings.backup.folder = Some("/backups".into());
        settings.smtp_url = Some("smtp://desk:secret@mail.example.com:587?tls=required".to_owned());
        settings.mail_from = "Example <desk@example.com>".to_owned();
        settings
    }

    fn bucket(endpoint: &str) -> BucketSettings {
        BucketSettings {
            name: "copies".to_owned(),
            prefix: String::new(),
            endpoint: Some(endpoint.to_owned()),
            region: "us-east-1".to_owned(),
            key_id: Secret("key".to_owned()),
            secret: Secret("secret".to_owned()),
        }
    }

    fn stripe(key: &str) -> Option<StripeSettings> {
        Some(StripeSettings {
            api_key: Secret(key.to_owned()),
            webhook_secret: None,
            api_url: "https://api.stripe.com".to_owned(),
            timeout: std::time::Duration::from_secs(1),
        })
    }

    #[test]
    fn production_refuses_each_weakness_and_says_what_to_set() {
        assert_eq!(weaknesses(&strong()), [""; 0]);
        check(&strong()).unwrap();
        let weak: [(&str, Weaken); 15] = [
            ("demo", |s| s.demo = true),
            ("public_url", |s| s.public_url = "http://desk.example.com".to_owned()),
            ("trusted_proxies", |s| s.trusted_proxies.clear()),
            ("database_url", |s| {
                s.database_url = Some("postgres://db.example.com/hub?sslmode=require".to_owned())
            }),
            ("database_url", |s| s.database_owner_url = Some("postgres://db.example.com/hub".to_owned())),
            ("audit_key", |s| s.audit.key = None),
            ("vault_key", |s| s.vault_key = None),
            ("audit_anchor", |s| s.audit.anchor = AnchorPlace::Off),
            ("backup_folder", |s| s.backup.folder = None),
            ("backup_key", |s| s.backup.key = None),
            ("backup_bucket_endpoint", |s| s.backup.bucket = Some(bucket("http://s3.example.com"))),
            ("second_factor_roles", |s| s.access.second_factor_roles.clear()),
            ("smtp_url", |s| s.smtp_url = Some("smtp://desk:secret@mail.example.com".to_owned())),
            ("mail_from", |s| s.mail_from = "Customers Hub <desk@localhost>".to_owned()),
            ("stripe_api_key", |s| s.stripe = stripe("rk_test_1")),
        ];
        for (name, weaken) in weak {
            let mut settings = strong();
            weaken(&mut settings);
            let told = check(&settings).unwrap_err().to_string();
            let lines: Vec<&str> = told.lines().skip(1).map(str::trim).collect();
            assert!(matches!(lines[..], [one] if one.starts_with(name)), "{name}: {told}");
            assert!(!told.contains("secret"), "{told}");
            for profile in [Profile::Development, Profile::Test, Profile::Staging] {
                settings.profile = profile;
                check(&settings).unwrap();
            }
        }
    }

    #[test]
    fn a_bucket_is_a_place_for_copies_too() {
        let mut settings = strong();
        (settings.backup.folder, settings.backup.bucket) = (None, Some(bucket("https://s3.example.com")));
        check(&settings).unwrap();
    }

    #[test]
    fn real_money_moves_in_production_only() {
        let mut settings = strong();
        settings.stripe = stripe("rk_live_1");
        check(&settings).unwrap();
        for profile in [Profile::Test, Profile::Staging] {
            settings.profile = profile;
            let told = check(&settings).unwrap_err().to_string();
            assert!(told.contains("live key") && !told.contains("rk_live_1"), "{told}");
        }
    }

    #[test]
    fn a_role_that_could_change_the_trail_is_refused_in_production() {
        check_rights(Profile::Production, &[]).unwrap();
        let weak = ["otto owns events".to_owned()];
        check_rights(Profile::Staging, &weak).unwrap();
        assert!(
            check_rights(Profile::Production, &weak).unwrap_err().to_string().contains("otto owns events")
        );
    }

    #[test]
    fn mail_to_this_machine_needs_no_encryption() {
        for url in
            ["smtps://mail.example.com", "smtp://localhost", "smtp://u:p@127.0.0.1:25", "smtp://[::1]:25"]
        {
            assert!(!mail_is_open(url), "{url}");
        }
        for url in
            ["smtp://localhost.example.com", "smtp://mail.example.com?tls=opportunistic", "smtp://127.0.0.10"]
        {
            assert!(mail_is_open(url), "{url}");
        }
    }
}
