//! A PostgreSQL as an operator runs one: on TCP, with passwords, and with TLS where it has a certificate.

use std::{
    fs::{self, File},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use embedded::{Embedded, Options};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use tokio_postgres::Client;

use super::cluster::connect;

const START: Duration = Duration::from_secs(60);

/// Who signs certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub certificate: String,
}

/// In PEM.
pub struct Signed {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), certificate }
    }

    pub fn sign(&self, host: &str) -> Signed {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Signed { certificate, key: key.serialize_pem() }
    }
}

/// Stopped and removed with its value. The database `desk` is `desk_owner`'s; `desk_app` may connect. `anybody` comes without TLS too, the
/// others only with it where there is a certificate. Every password is the role's name.
pub struct OwnServer {
    pub folder: PathBuf,
    pub port: u16,
    socket: PathBuf,
    child: Child,
}

impl OwnServer {
    pub fn start(name: &str, certificate: Option<&Signed>) -> Self {
        let base = std::env::temp_dir().canonicalize().unwrap();
        let folder = base.join(format!("hub-own-{name}-{}", std::process::id()));
        let mut options = Options::for_tests(&folder);
        options.bin_dir = std::env::var_os("HUB_POSTGRES_BIN").map(PathBuf::from);
        let server = Embedded::start(options).unwrap();
        for role in ["desk_owner", "desk_app", "anybody"] {
            server.run_sql("postgres", &format!("create role {role} login password '{role}'")).unwrap();
        }
        server.run_sql("postgres", "create database desk owner desk_owner").unwrap();
        let (cluster, programs) = (server.cluster_dir().to_owned(), server.bin_dir().to_owned());
        let socket = server.socket_dir().to_owned();
        server.stop().unwrap();

        let owner = fs::metadata(&cluster).unwrap();
        let write = |name: &str, text: &str| {
            let file = folder.join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
            if fs::metadata(&file).unwrap().uid() != owner.uid() {
                chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
            }
            file.display().to_string()
        };
        let door = if certificate.is_some() { "hostssl" } else { "host" };
        let hba = write(
            "hba.conf",
            &format!(
                "local all all trust\nhost all anybody 127.0.0.1/32 scram-sha-256\n{door} all all 127.0.0.1/32 scram-sha-256\n"
            ),
        );
        let mut settings = vec![
            format!("hba_file={hba}"),
            "listen_addresses=127.0.0.1".to_owned(),
            "logging_collector=off".to_owned(),
            // The hub refuses one that may forget.
            "fsync=on".to_owned(),
            "full_page_writes=on".to_owned(),
            "synchronous_commit=on".to_owned(),
        ];
        if let Some(signed) = certificate {
            let (certificate, key) =
                (write("server.crt", &signed.certificate), write("server.key", &signed.key));
            settings.extend([
                "ssl=on".to_owned(),
                format!("ssl_cert_file={certificate}"),
                format!("ssl_key_file={key}"),
            ]);
        }
        let log = folder.join("server.log");
        let ours = fs::metadata(&folder).unwrap().uid() == owner.uid();
        let (child, port) = (0..5)
            .find_map(|_| {
                let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
                let mut command = Command::new(programs.join("postgres"));
                command.arg("-D").arg(&cluster).args(["-c", &format!("port={port}")]);
                command.args(settings.iter().flat_map(|setting| ["-c", setting]));
                command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
                command.stderr(File::create(&log).unwrap());
                if !ours {
                    command.uid(owner.uid()).gid(owner.gid());
                }
                let mut child = command.spawn().unwrap();
                answers(&mut child, port).then_some((child, port))
            })
            .unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap_or_default()));
        Self { folder, port, socket, child }
    }

    /// The address of a role of it, with these parameters too.
    pub fn url(&self, role: &str, parameters: &str) -> String {
        format!("postgres://{role}:{role}@localhost:{}/desk?{parameters}", self.port)
    }

    /// The folder of its socket, for whom no password is asked.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// As the superuser, in this database.
    pub async fn admin(&self, database: &str) -> Client {
        let socket = self.socket.display();
        let url = format!("host={socket} port={} user=postgres dbname={database}", self.port);
        connect(&url.parse().unwrap()).await.unwrap()
    }

    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // Fast: everybody is disconnected.
        let _ = Command::new("kill").arg("-INT").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Whether it is up; not when it has ended, as it does where somebody else was quicker with the port.
fn answers(child: &mut Child, port: u16) -> bool {
    let url = format!("postgres://anybody:anybody@127.0.0.1:{port}/desk?sslmode=disable");
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < START, "the server does not come up");
        let config = url.parse().unwrap();
        if super::cluster::block_on(async { connect(&config).await.is_ok() }) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}
