use super::*;

fn from(environment: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    gather(None, environment).and_then(|values| Settings::parse(&values))
}

#[test]
fn the_environment_wins() {
    let settings =
        from(&[("HUB_LISTEN", "0.0.0.0:9000"), ("PATH", "/bin"), ("DATABASE_URL", "postgres://db/hub")])
            .unwrap();
    assert_eq!(settings.listen.port(), 9000);
    assert_eq!(settings.public_url, "http://localhost:9000");
    assert_eq!(settings.database_url.as_deref(), Some("postgres://db/hub"));
}

#[test]
fn a_wrong_setting_names_itself() {
    for (name, value) in [
        ("HUB_LISTEN", "8080"),
        ("HUB_POOL_SIZE", "0"),
        ("HUB_POOL_SIZE", "many"),
        ("HUB_DEMO", "yes"),
        ("HUB_PUBLIC_URL", "desk.example.com"),
        ("HUB_PUBLIC_URL", "https://desk.example.com/path"),
        ("HUB_TRUSTED_PROXIES", "10.0.0.1, proxy"),
        ("HUB_LOG_FORMAT", "xml"),
        ("HUB_STRIPE_API_KEY", "two words"),
        ("HUB_STRIPE_API_URL", "http://api.stripe.com"),
        ("HUB_STRIPE_API_URL", "http://127.0.0.1.example.com"),
        ("HUB_STRIPE_API_URL", "api.stripe.com"),
        ("HUB_STRIPE_TIMEOUT_SECONDS", "0"),
        ("HUB_STEP_UP_MINUTES", "0"),
        ("HUB_STEP_UP_PENCE", "-1"),
        ("HUB_OIDC_ISSUER", "http://accounts.example.com"),
        ("HUB_OIDC_ISSUER", "https://accounts.example.com#x"),
        ("HUB_METRICS_LISTEN", "9464"),
        ("HUB_OTLP_ENDPOINT", "127.0.0.1:4318"),
        ("HUB_OTLP_ENDPOINT", "http://127.0.0.1:4318/v1/traces"),
        ("HUB_OTLP_ENDPOINT", "https://otlp.example.com/?key=1"),
        ("HUB_OTLP_ENDPOINT", "https://user:word@otlp.example.com"),
        ("HUB_OTLP_SAMPLE_PERCENT", "101"),
        ("HUB_OTLP_HEADERS", "Bearer word"),
        ("HUB_ALERT_EMAILS", "ops@example.com; boss"),
        ("HUB_ALERT_WEBHOOK_URL", "http://hooks.example.com/hub"),
        ("HUB_BACKUP_BUCKET", "copies"),
        ("HUB_BACKUP_BUCKET", "s3:///desk"),
        ("HUB_BACKUP_BUCKET", "s3://copies//desk"),
        ("HUB_BACKUP_BUCKET", "s3://copies/../desk"),
        ("HUB_BACKUP_BUCKET", "s3://copies/the desk"),
        ("HUB_BACKUP_BUCKET_ENDPOINT", "s3.example.com"),
        ("HUB_LITSEN", "127.0.0.1:1"),
    ] {
        let message = from(&[(name, value)]).unwrap_err().to_string();
        assert!(message.contains(name), "{message}");
    }
}

/// `UPDATE=1 cargo test -p platform` rewrites the file.
#[test]
fn the_documented_table_is_this_one() {
    let mut text = String::from(
        "# Settings\n\nIn a TOML file (`--config FILE` or `HUB_CONFIG`) under these names, or in the environment as `HUB_` and the name in\n\
         capitals (`HUB_LISTEN`), which wins. A secret may also be read from a file: `HUB_DATABASE_URL_FILE`.\n`hub config show` \
         prints what is in force and where it came from.\n\n| setting | default | meaning |\n|---|---|---|\n",
    );
    for row in TABLE {
        let default =
            if row.default.is_empty() { "(empty)".to_owned() } else { format!("`{}`", row.default) };
        let secret = if row.secret { " Secret." } else { "" };
        text.push_str(&format!("| `{}` | {default} | {}{secret} |\n", row.name, row.meaning));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/settings.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap_or_default(), text, "run UPDATE=1 cargo test -p platform");
}

#[test]
fn stripe_is_connected_by_its_key() {
    assert!(Settings::defaults().stripe.is_none());
    for url in ["http://localhost:9", "http://[::1]:9", "http://[::1]", "https://stripe.example.com"] {
        let stripe =
            from(&[("HUB_STRIPE_API_KEY", "rk_live_1"), ("HUB_STRIPE_API_URL", url)]).unwrap().stripe;
        let stripe = stripe.unwrap();
        assert_eq!(stripe.api_url, url);
        assert!(!format!("{stripe:?}").contains("rk_live_1"));
    }
}

#[test]
fn a_secret_is_not_repeated() {
    let values =
        gather(None, std::iter::once(("DATABASE_URL".into(), "postgres://u:secret@h/d".into()))).unwrap();
    assert!(!wrong(&values, "database_url", "is wrong").to_string().contains("secret"));
}

#[test]
fn a_webhook_needs_a_secret_to_sign_with() {
    let url = ("HUB_ALERT_WEBHOOK_URL", "https://hooks.example.com/hub?team=desk");
    for secret in ["", "whsec_", "whsec_c2hvcnQ=", "whsec_!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        let refused = from(&[url, ("HUB_ALERT_WEBHOOK_SECRET", secret)]).unwrap_err().to_string();
        assert!(refused.contains("WEBHOOK_SECRET") || refused.contains("alert_webhook_secret"), "{refused}");
        assert!(secret.is_empty() || !refused.contains(&format!("{secret:?}")), "{refused}");
    }
    let settings =
        from(&[url, ("HUB_ALERT_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]).unwrap();
    let webhook = settings.alerts.webhook.unwrap();
    assert_eq!(
        (webhook.origin.as_str(), webhook.path.as_str()),
        ("https://hooks.example.com", "/hub?team=desk")
    );
    assert!(
        from(&[("HUB_ALERT_EMAILS", " ops@example.com, boss@example.com ")]).unwrap().alerts.emails.len()
            == 2
    );
}

#[test]
fn a_bucket_is_a_place_and_a_prefix_with_a_key_and_no_folder_beside_it() {
    let key = [("HUB_BACKUP_BUCKET_KEY_ID", "id"), ("HUB_BACKUP_BUCKET_SECRET", "secret")];
    let with = |more: &[(&str, &str)]| from(&[&key[..], more].concat());
    for (url, name, prefix, told) in [
        ("s3://copies", "copies", "", "s3://copies"),
        ("s3://my.copies/desk/one/", "my.copies", "desk/one", "s3://my.copies/desk/one"),
    ] {
        let bucket = with(&[("HUB_BACKUP_BUCKET", url)]).unwrap().backup.bucket.unwrap();
        assert_eq!(
            (bucket.name.as_str(), bucket.prefix.as_str(), bucket.url().as_str()),
            (name, prefix, told)
        );
        assert!(!format!("{bucket:?}").contains("secret\""), "{bucket:?}");
    }
    let refused = with(&[("HUB_BACKUP_BUCKET", "s3://copies"), ("HUB_BACKUP_FOLDER", "/copies")]);
    assert!(refused.unwrap_err().to_string().contains("copies go to one place"));
    let refused = from(&[("HUB_BACKUP_BUCKET", "s3://copies"), key[0]]).unwrap_err().to_string();
    assert!(refused.contains("backup_bucket_secret") && refused.contains("must be given"), "{refused}");
}

#[test]
fn what_lets_the_hub_into_a_collector_is_read_by_nobody_in_between() {
    let headers = ("HUB_OTLP_HEADERS", "Authorization=Basic d29yZA==, x-team = desk");
    for (url, origin, path) in [
        ("http://localhost:4318", "http://localhost:4318", ""),
        ("https://otlp.example.com/otlp/", "https://otlp.example.com", "/otlp"),
    ] {
        let otlp = from(&[("HUB_OTLP_ENDPOINT", url), headers]).unwrap().otlp.unwrap();
        assert_eq!((otlp.origin.as_str(), otlp.path.as_str(), otlp.percent), (origin, path, 10));
        let given: Vec<_> =
            otlp.headers.iter().map(|(name, value)| (name.as_str(), value.0.as_str())).collect();
        assert_eq!(given, [("Authorization", "Basic d29yZA=="), ("x-team", "desk")]);
        assert!(!format!("{otlp:?}").contains("d29yZA"), "{otlp:?}");
    }
    let open = ("HUB_OTLP_ENDPOINT", "http://otlp.example.com:4318");
    assert!(from(&[open]).unwrap().otlp.unwrap().headers.is_empty());
    let refused = from(&[open, headers]).unwrap_err().to_string();
    assert!(refused.contains("https://") && !refused.contains("d29yZA"), "{refused}");
}
