//! Every setting: its name, its default, and what it means.

/// One row of the table that `hub config show` prints and docs/settings.md holds.
pub struct Setting {
    /// As in the file; the environment has `HUB_` and capitals (`HUB_LISTEN`).
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
    pub secret: bool,
}

const fn setting(name: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: false }
}

pub const TABLE: &[Setting] = &[
    setting(
        "profile",
        "development",
        "development, test, staging or production. Production does not start with weak settings, staging warns of them, and neither staging nor test takes a live key of Stripe (docs/operations.md).",
    ),
    setting("listen", "127.0.0.1:8080", "Address and port of the HTTP server."),
    setting(
        "public_url",
        "",
        "Where browsers find the hub, such as https://desk.example.com; empty: http://localhost and the port of `listen`.",
    ),
    Setting {
        name: "database_url",
        default: "",
        meaning: "PostgreSQL to use (also DATABASE_URL), in a role that owns nothing; empty: the hub runs a private one of its own.",
        secret: true,
    },
    Setting {
        name: "database_owner_url",
        default: "",
        meaning: "The same database in the role that owns it, for `hub migrate`; empty: `database_url` migrates, and the audit trail is append-only by trigger only.",
        secret: true,
    },
    Setting {
        name: "database_standby_url",
        default: "",
        meaning: "A streaming standby of the same database, for heavy reads such as exports; it is asked only once it has everything that was committed before, and the primary answers otherwise (docs/scale.md). Empty: the primary answers everything.",
        secret: true,
    },
    setting(
        "database_ca",
        "",
        "File (PEM) of the authority that signed the certificate of the database's server; with it the certificate must be right, and TLS is required unless the address says sslmode=disable or prefer. Empty: as sslmode says; verify-full believes the authorities of this machine.",
    ),
    setting(
        "data_dir",
        "",
        "Folder of the private PostgreSQL; empty: the usual place for data of the user who runs the hub.",
    ),
    setting(
        "postgres_bin",
        "",
        "Folder with PostgreSQL's programs for the private one; empty: found on the machine.",
    ),
    Setting {
        name: "audit_key",
        default: "",
        meaning: "What the audit trail is signed with, 64 hexadecimal digits (openssl rand -hex 32); empty: audit.key in `data_dir`, made at the first start.",
        secret: true,
    },
    setting(
        "audit_trusted_keys",
        "",
        "Public keys of earlier audit keys, by commas, whose signatures still count.",
    ),
    setting(
        "audit_anchor",
        "",
        "File outside the database to which the head of the audit trail is appended; empty: audit.anchor in `data_dir`; off: none.",
    ),
    Setting {
        name: "vault_key",
        default: "",
        meaning: "What secrets in the database are sealed under, 64 hexadecimal digits (openssl rand -hex 32); empty: vault.key in `data_dir`, made at the first start. Without it they cannot be read.",
        secret: true,
    },
    setting(
        "erasure_ledger",
        "",
        "File outside the database that names every customer who was erased, by id; empty: erasures.jsonl in `data_dir`. Keep it apart from backups of the database: `hub erasure apply` reads it after a restore.",
    ),
    setting(
        "backup_folder",
        "",
        "Folder for copies of the database, on another disk than its own; one is made every night, and restored beside the living database every week to prove it; empty, and no `backup_bucket`: none are made by themselves.",
    ),
    setting(
        "backup_bucket",
        "",
        "Bucket for copies instead of a folder, in a storage that speaks S3: s3://bucket/prefix (docs/backups.md).",
    ),
    setting(
        "backup_bucket_endpoint",
        "",
        "Where that storage is, such as https://s3.example.com; empty: Amazon's own. Production refuses http://.",
    ),
    setting(
        "backup_bucket_region",
        "us-east-1",
        "The bucket's region; storages of one's own mostly have the default.",
    ),
    Setting {
        name: "backup_bucket_key_id",
        default: "",
        meaning: "The access key's id. It needs to list, read, write and delete in the bucket, and nothing else.",
        secret: true,
    },
    Setting { name: "backup_bucket_secret", default: "", meaning: "The access key's secret.", secret: true },
    Setting {
        name: "backup_key",
        default: "",
        meaning: "What copies are encrypted with, an age identity (age-keygen); empty: backup.key in `data_dir`, made when first needed. Keep it apart from the copies: without it they cannot be read.",
        secret: true,
    },
    setting("backup_recipients", "", "Others who can open the copies, as age recipients (age1…), by commas."),
    setting(
        "backup_keep_days",
        "35",
        "Copies older than so many days are removed; the newest three always stay.",
    ),
    setting(
        "backup_log_seconds",
        "60",
        "Where there is a place for backups and the database is the private one: so many seconds after something was written, 3600 at most, its log is archived there, and a base to replay it on is made every week, so that `hub restore --at` brings it back to an instant; 0: only the copies are made.",
    ),
    setting(
        "financial_year_ends",
        "03-31",
        "Last day of the company's financial year, as month and day: accounting records are kept six years from it.",
    ),
    setting("pool_size", "16", "Database connections at most."),
    setting(
        "demo",
        "false",
        "Demo mode: sample customers and sign-ins that everybody knows. Never with real data.",
    ),
    setting(
        "run_jobs",
        "true",
        "Whether `hub serve` also runs jobs and schedules and seals the audit trail; false where `hub work` does it (docs/scale.md).",
    ),
    setting(
        "remember",
        "true",
        "Whether figures and page positions that were computed for a state of the data are kept while it lasts; false changes only how long answers take.",
    ),
    setting(
        "trusted_proxies",
        "",
        "Addresses of reverse proxies, by commas, whose X-Forwarded-For is believed.",
    ),
    setting(
        "stop_notice_seconds",
        "0",
        "So long after it was told to stop, the hub still takes requests while /readyz says that it is stopping: for a proxy that looks there.",
    ),
    setting(
        "stop_seconds",
        "20",
        "So long what is under way may take after that; then the hub ends, and jobs that are not done are given back.",
    ),
    setting("session_idle_minutes", "480", "A session unused for so long has ended."),
    setting("session_hours", "24", "A session older than this has ended."),
    setting(
        "second_factor_roles",
        "superadmin,finance",
        "Roles, by commas, that must have a second factor beside the password; empty: nobody must. In demo mode nobody must.",
    ),
    setting(
        "step_up_minutes",
        "10",
        "So long after showing who one is, dangerous acts are open without being asked again.",
    ),
    setting(
        "step_up_pence",
        "50000",
        "Refunds and credit of this much and more, in pence, are dangerous acts.",
    ),
    setting("api_key_requests_per_minute", "600", "What one API key may ask in a minute."),
    setting(
        "oidc_issuer",
        "",
        "Issuer of OpenID Connect, such as https://accounts.google.com; empty: nobody signs in that way.",
    ),
    setting("oidc_client_id", "", "What the issuer calls this hub."),
    Setting {
        name: "oidc_client_secret",
        default: "",
        meaning: "What this hub shows to the issuer.",
        secret: true,
    },
    setting(
        "oidc_domains",
        "",
        "Domains of e-mail addresses that may sign in that way, by commas; empty: any.",
    ),
    setting("oidc_name", "single sign-on", "As on the button: Sign in with …"),
    Setting {
        name: "smtp_url",
        default: "",
        meaning: "Mail server: smtps://user:password@host, or smtp://user:password@host:587?tls=required for STARTTLS; empty: mail stays in the outbox.",
        secret: true,
    },
    setting("smtp_timeout_seconds", "60", "How long a mail server may take over one mail."),
    setting(
        "mail_from",
        "Customers Hub <desk@localhost>",
        "Who mail is from, such as Example Removals <desk@example.com>.",
    ),
    setting("seller_name", "Customers Hub", "The company's name on invoices."),
    setting("seller_address", "", "The company's address on invoices, its lines separated by semicolons."),
    setting("company_number", "", "The company's registration number on invoices."),
    setting("vat_number", "", "The company's VAT number; empty: not registered, so invoices show no VAT."),
    setting(
        "vat_percent",
        "20",
        "VAT that prices include, in whole percent; counts when there is a VAT number.",
    ),
    setting(
        "payment_terms",
        "Payment is due before the move.",
        "The last line of an invoice that is not paid.",
    ),
    Setting {
        name: "stripe_api_key",
        default: "",
        meaning: "Stripe's restricted key that may write refunds and read charges; empty: refunds are bank transfers by hand.",
        secret: true,
    },
    Setting {
        name: "stripe_webhook_secret",
        default: "",
        meaning: "What Stripe signs its messages with; empty: none are taken, and refunds are asked after instead.",
        secret: true,
    },
    setting(
        "stripe_api_url",
        "https://api.stripe.com",
        "Where Stripe's API is; without https only on this very machine.",
    ),
    setting(
        "stripe_timeout_seconds",
        "30",
        "A call of Stripe that takes longer is given up and looked up later.",
    ),
    setting(
        "personal_export_days",
        "7",
        "How long the copy of a person's data can be fetched; then it is destroyed.",
    ),
    setting("bulk_customers", "500000", "How many customers one bulk act may be about."),
    setting(
        "metrics_listen",
        "",
        "Address and port where Prometheus reads /metrics, such as 127.0.0.1:9464; whoever reaches it needs no sign-in, so keep it on this machine or a private network. Empty: nowhere (docs/watching.md).",
    ),
    setting(
        "alert_emails",
        "",
        "Who is told by mail when something is wrong, as addresses by commas; never of what is wrong with mail itself.",
    ),
    setting(
        "alert_webhook_url",
        "",
        "Which address is told, as https://host/path, by a signed request (Standard Webhooks).",
    ),
    Setting {
        name: "alert_webhook_secret",
        default: "",
        meaning: "What those requests are signed with: whsec_ and 24 to 64 bytes in base64 (echo whsec_$(openssl rand -base64 32)).",
        secret: true,
    },
    setting(
        "otlp_endpoint",
        "",
        "OpenTelemetry collector that takes spans over OTLP/HTTP, such as http://127.0.0.1:4318; /v1/traces is added. Empty: no spans are made (docs/watching.md).",
    ),
    Setting {
        name: "otlp_headers",
        default: "",
        meaning: "What the collector is sent beside the spans, such as Authorization=Bearer …: name=value, with commas between them.",
        secret: true,
    },
    setting(
        "otlp_sample_percent",
        "10",
        "Of requests and jobs that belong to no chain of calls yet, so many percent leave spans; of others their traceparent says.",
    ),
    setting("log", "info", "What is logged, in the form of tracing filters (info, hub=debug)."),
    setting("log_format", "text", "text or json."),
];
