//! The authority's files. One is its secret: key and certificate, made once, readable by its owner alone and
//! never written again. The others can be made from it at any time: they say who is to be trusted.

use crate::{
    env,
    exit::{Exit, Stop},
};
use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};
use wire::ca::{Authority, Certificates, key_store, system_roots};

/// Key and certificate.
const SECRET: &str = "authority.pem";
/// The certificate alone.
const CERTIFICATE: &str = "certificate.pem";
/// The certificate and all that the system trusts.
const BUNDLE: &str = "bundle.pem";
/// The same for Java.
const STORE: &str = "trust.jks";

/// An authority and its files.
pub(crate) struct Files {
    pub(crate) authority: Authority,
    /// Key and certificate.
    pub(crate) secret: PathBuf,
    /// The certificate alone, for those who add it to what they trust.
    pub(crate) certificate: PathBuf,
    /// The certificate and all that the system trusts, for those who trust one file.
    pub(crate) bundle: PathBuf,
    /// The same for Java.
    pub(crate) store: PathBuf,
    /// It was made just now.
    pub(crate) fresh: bool,
}

/// Where the authority lies: `TRUETAPE_CA_DIR`, else the user's directory for data.
pub(crate) fn directory() -> Result<PathBuf, Stop> {
    if let Some(named) = env::var("TRUETAPE_CA_DIR") {
        return Ok(named.into());
    }
    let data = if cfg!(windows) {
        env::var("LOCALAPPDATA").map(PathBuf::from)
    } else {
        let home = || env::var("HOME").map(PathBuf::from);
        let shared = if cfg!(target_os = "macos") { "Library/Application Support" } else { ".local/share" };
        // An absolute path or none, as its specification says.
        let set = env::var("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        set.or_else(|| home().map(|home| home.join(shared)))
    };
    let data = data.ok_or_else(|| {
        Stop::usage(
            "there is no place for the certificate authority: no home directory is known",
            "set TRUETAPE_CA_DIR to a directory of your own",
        )
    })?;
    Ok(data.join("truetape").join("ca"))
}

impl Files {
    /// The authority of this user, made if there is none. What others trust is brought up to date.
    pub(crate) fn open() -> Result<Files, Stop> {
        Files::open_in(&directory()?)
    }

    /// Another authority; the old one stays beside it under its fingerprint.
    pub(crate) fn renew() -> Result<Files, Stop> {
        let directory = directory()?;
        let secret = directory.join(SECRET);
        if secret.exists() {
            let name = match read(&secret) {
                Ok(old) => format!("authority-{}.pem", &old.fingerprint()[..16]),
                Err(_) => format!("authority-{}.pem", env::now().seconds()),
            };
            let kept = directory.join(name);
            fs::rename(&secret, &kept).map_err(|e| failed(&kept, "keeping the old authority", &e))?;
        }
        Files::open_in(&directory)
    }

    fn open_in(directory: &Path) -> Result<Files, Stop> {
        let secret = directory.join(SECRET);
        let fresh = !secret.exists();
        if fresh {
            fs::create_dir_all(directory).map_err(|e| failed(directory, "making the directory", &e))?;
            let (_, text) = Authority::make(env::now()).map_err(|e| {
                Stop::new(Exit::Internal, format!("the certificate authority: {e}"), "try again")
            })?;
            create(&secret, text.as_bytes())?;
        }
        // Two that begin at once must agree: whoever came second reads the first one's.
        let authority = read(&secret)?;
        if authority.expires() < env::now() {
            return Err(Stop::usage(
                format!("{}: the certificate authority has expired", secret.display()),
                "`truetape ca --new` makes another; it has to be trusted anew where the old one was installed",
            ));
        }
        let files = Files {
            certificate: directory.join(CERTIFICATE),
            bundle: directory.join(BUNDLE),
            store: directory.join(STORE),
            secret,
            authority,
            fresh,
        };
        let roots = system_roots();
        refresh(&files.certificate, files.authority.pem().as_bytes())?;
        refresh(&files.bundle, roots.bundle(&files.authority).as_bytes())?;
        refresh(&files.store, &key_store(&files.authority, &roots))?;
        Ok(files)
    }

    /// Whether others than its owner can read the secret.
    pub(crate) fn is_exposed(&self) -> bool {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::metadata(&self.secret).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0)
        }
        #[cfg(not(unix))]
        {
            false
        }
    }

    /// What listeners use.
    pub(crate) fn certificates(&self) -> Result<Arc<Certificates>, Stop> {
        let made = Certificates::new(read(&self.secret)?, env::now);
        made.map(Arc::new)
            .map_err(|e| Stop::new(Exit::Internal, format!("the certificate authority: {e}"), "try again"))
    }
}

fn read(path: &Path) -> Result<Authority, Stop> {
    let text = fs::read_to_string(path).map_err(|e| failed(path, "reading", &e))?;
    Authority::read(&text).map_err(|e| {
        Stop::usage(
            format!("{}: {e}", path.display()),
            "`truetape ca --new` keeps it aside and makes another",
        )
    })
}

/// Makes a file that only its owner can read, whole or not at all; one that is there stays as it is.
fn create(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    let file = written(path, bytes)?;
    match file.persist_noclobber(path) {
        Err(e) if e.error.kind() != io::ErrorKind::AlreadyExists => Err(failed(path, "writing", &e.error)),
        _ => Ok(()),
    }
}

/// Replaces a file by these bytes if it holds others: readers see the old or the new, never a part.
fn refresh(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    if fs::read(path).is_ok_and(|held| held == bytes) {
        return Ok(());
    }
    let file = written(path, bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file()
            .set_permissions(fs::Permissions::from_mode(0o644))
            .map_err(|e| failed(path, "writing", &e))?;
    }
    file.persist(path).map(drop).map_err(|e| failed(path, "writing", &e.error))
}

/// A file under another name that only its owner can read.
fn written(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile, Stop> {
    let failed = |e: io::Error| failed(path, "writing", &e);
    let directory = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".truetape-").tempfile_in(directory).map_err(failed)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    Ok(file)
}

fn failed(path: &Path, doing: &str, error: &io::Error) -> Stop {
    Stop::usage(
        format!("{}: {doing}: {error}", path.display()),
        "TRUETAPE_CA_DIR names another directory for the certificate authority",
    )
}
