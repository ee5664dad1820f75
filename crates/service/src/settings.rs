//! The service's settings file (TOML). An unknown key or a bad value is an error that names file, line and what is allowed.
//! Flags override the file; `cli` does that.

use crate::log::LogFormat;
use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// Where the service listens by default: this machine only.
pub const LISTEN: &str = "127.0.0.1:8470";
/// Longest part of a value that an error repeats, in characters: the longest host name fits.
const SHOWN_CHARS: usize = 255;
/// An address for metrics, as an example in messages.
const METRICS: &str = "127.0.0.1:8471";

/// What a settings file may contain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Address and port to listen on.
    #[serde(default, deserialize_with = "listen")]
    pub listen: Option<SocketAddr>,
    /// The folder of the database; in a file, a relative path starts at the file's folder.
    #[serde(default, deserialize_with = "data")]
    pub data: Option<PathBuf>,
    /// Whether it may listen beyond this machine without TLS, because a proxy in front of it provides it.
    #[serde(default)]
    pub behind_proxy: bool,
    /// Where people reach the service.
    #[serde(default, deserialize_with = "public_address")]
    pub public_address: Option<String>,
    /// Origins of pages that may connect, besides the service's own.
    #[serde(default, deserialize_with = "allowed_origins")]
    pub allowed_origins: Option<Vec<String>>,
    /// Address and port to serve metrics on; none are served if it is left out.
    #[serde(default, deserialize_with = "metrics")]
    pub metrics: Option<SocketAddr>,
    /// What to log, as a `tracing` filter.
    #[serde(default, deserialize_with = "log")]
    pub log: Option<String>,
    /// How to write the log.
    #[serde(default, deserialize_with = "log_format")]
    pub log_format: Option<LogFormat>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The given file cannot be read.
    #[error("could not read the settings file {file}: {error}. Check its path and that it may be read.")]
    Unreadable {
        /// Which file.
        file: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// Something in it is wrong.
    #[error(
        "{file}, line {line}: {problem}\n  allowed are: listen (\"127.0.0.1:8470\"), data (a folder), public-address (\"https://…\"), \
         behind-proxy (true), allowed-origins ([\"https://…\"]), metrics (\"127.0.0.1:8471\"), log (\"info\"), log-format (\"text\")"
    )]
    Bad {
        /// Which file.
        file: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

impl Settings {
    /// Reads a file. If it is `optional` and missing, there are no settings.
    ///
    /// # Errors
    /// If it cannot be read or contains something that is not allowed.
    pub fn read(file: &Path, optional: bool) -> Result<Self, SettingsError> {
        let name = || file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let mut settings = Self::parse(&text, &name())?;
                // The current folder may differ each time.
                if let (Some(data), Some(beside)) = (&mut settings.data, file.parent()) {
                    *data = beside.join(&data);
                }
                Ok(settings)
            }
            Err(error) if optional && error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(SettingsError::Unreadable { file: name(), error }),
        }
    }

    /// Reads the text of a file with this name.
    ///
    /// # Errors
    /// If it contains something that is not allowed.
    pub fn parse(text: &str, file: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            // What is allowed follows anyway, with an example each.
            let problem = error.message().split(", expected one of").next().unwrap_or_default().to_owned();
            SettingsError::Bad { file: file.to_owned(), line, problem }
        })
    }
}

fn data<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_folder(&text).map(Some).map_err(|problem| de::Error::custom(format!("data: {problem}")))
}

/// Reads a folder's name.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_folder(name: &str) -> Result<PathBuf, String> {
    if name.trim().is_empty() {
        return Err("the name of a folder is missing, such as /var/lib/deskbell".to_owned());
    }
    Ok(PathBuf::from(name))
}

fn log<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_log(&text).map(|_| Some(text)).map_err(de::Error::custom)
}

/// Reads what to log.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_log(filter: &str) -> Result<tracing_subscriber::EnvFilter, String> {
    let refused = || {
        format!(
            "log: `{filter}` is not a filter. Write error, warn, info or debug, or service=debug for one part."
        )
    };
    // The parser panics on some non-ASCII texts; no filter needs them.
    if !filter.is_ascii() || filter.trim().is_empty() {
        return Err(refused());
    }
    tracing_subscriber::EnvFilter::try_new(filter).map_err(|_| refused())
}

fn log_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LogFormat>, D::Error> {
    let text = String::deserialize(deserializer)?;
    LogFormat::from_str(&text, false).map(Some).map_err(|_| {
        de::Error::custom(format!("log-format: `{text}` is not a format. Write text, json or journal."))
    })
}

fn metrics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_metrics(&text).map(Some).map_err(|problem| de::Error::custom(format!("metrics: {problem}")))
}

/// Reads an address to serve metrics on.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_metrics(address: &str) -> Result<SocketAddr, String> {
    address.parse().map_err(|_| format!("`{address}` is not an address with a port, such as {METRICS}"))
}

fn listen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_listen(&text).map(Some).map_err(|problem| de::Error::custom(format!("listen: {problem}")))
}

/// Reads an address to listen on.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_listen(address: &str) -> Result<SocketAddr, String> {
    address.parse().map_err(|_| format!("`{address}` is not an address with a port, such as {LISTEN}"))
}

fn public_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_address(&text).map(Some).map_err(|problem| de::Error::custom(format!("public-address: {problem}")))
}

fn allowed_origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<String>>, D::Error> {
    let origins = Vec::<String>::deserialize(deserializer)?;
    let read = |origin: String| {
        let problem = || {
            format!("allowed-origins: `{}` is not an origin, such as https://portal.example", shown(&origin))
        };
        origin_of(&origin).map(|(origin, _)| origin).ok_or_else(|| de::Error::custom(problem()))
    };
    origins.into_iter().map(read).collect::<Result<_, _>>().map(Some)
}

/// Reads the address of a service that the app accepts: `https://`, or `http://` on this machine, without a path. Returns it as browsers
/// write it in `Origin`.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_address(address: &str) -> Result<String, String> {
    match origin_of(address.trim_end_matches('/')) {
        Some((origin, host)) if origin.starts_with("https://") || crate::http::origin::is_loopback(&host) => {
            Ok(origin)
        }
        Some((_, host)) => Err(format!(
            "`http://{host}` is not encrypted, so the app refuses links to it. Put a proxy with TLS before the service and write \
             https://{host}; http:// is for 127.0.0.1 and localhost only"
        )),
        None => Err(format!(
            "`{}` is not the address of a service, such as https://chat.example without a path",
            shown(address)
        )),
    }
}

/// Scheme, host and port as browsers write them in `Origin`, and the host alone; `None` if it is not a web address, or has other
/// parts too.
fn origin_of(address: &str) -> Option<(String, String)> {
    let url = Url::parse(address).ok()?;
    let is_bare =
        url.path() == "/" && !address.ends_with('/') && url.query().is_none() && url.fragment().is_none();
    let is_named = url.username().is_empty() && url.password().is_none();
    let is_web =
        matches!(url.scheme(), "https" | "http") && address.get(url.scheme().len()..)?.starts_with("://");
    let host = url.host_str()?.to_owned();
    (is_bare && is_named && is_web).then(|| (url.origin().ascii_serialization(), host))
}

/// The part of a value that an error repeats.
fn shown(value: &str) -> String {
    protocol::display_text::line(value, SHOWN_CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_allowed() {
        let text = "listen = '127.0.0.1:0'\ndata = '/var/lib/x'\npublic-address = 'https://chat.example/'\n\
                    allowed-origins = ['https://portal.example']\nlog = 'debug'\nmetrics = '127.0.0.1:8471'\n\
                    log-format = 'json'\nbehind-proxy = true\n";
        let settings = Settings::parse(text, "f").unwrap();
        assert_eq!(settings.public_address.as_deref(), Some("https://chat.example"));
        assert_eq!(settings.listen, Some("127.0.0.1:0".parse().unwrap()));
        assert_eq!(settings.metrics, Some("127.0.0.1:8471".parse().unwrap()));
        assert_eq!(settings.log_format, Some(LogFormat::Json));
        assert!(settings.behind_proxy);
    }

    #[test]
    fn the_public_address_is_one_that_the_app_accepts_as_browsers_write_it() {
        for (text, own) in [
            ("https://chat.example/", "https://chat.example"),
            ("https://Chat.Example:443", "https://chat.example"),
            ("https://bücher.example:8443", "https://xn--bcher-kva.example:8443"),
            ("http://127.0.0.1:8470", "http://127.0.0.1:8470"),
            ("http://127.0.0.2", "http://127.0.0.2"),
            ("http://localhost:1", "http://localhost:1"),
            ("http://[::1]:8470/", "http://[::1]:8470"),
        ] {
            assert_eq!(check_address(text).as_deref(), Ok(own), "{text}");
        }
        for (text, says) in [
            ("http://chat.example", "https://chat.example"),
            ("http://192.168.1.7:8080", "not encrypted"),
            ("http://127.0.0.1.evil.example", "not encrypted"),
            ("https://admin@chat.example", "is not the address of a service"),
            ("https://chat.example/desk", "without a path"),
            ("https://chat.example?x", "without a path"),
            ("https://chat.example:99999", "is not the address of a service"),
            ("https:chat.example", "is not the address of a service"),
            ("chat.example", "is not the address of a service"),
            ("", "is not the address of a service"),
        ] {
            let problem = check_address(text).unwrap_err();
            assert!(problem.contains(says), "{text}: {problem}");
        }
    }

    #[test]
    fn an_error_names_file_line_and_what_is_allowed() {
        let cases = [
            ("log = 'info'\nlisen = '127.0.0.1:0'", 2, "unknown field `lisen`"),
            ("listen = 'here'", 1, "`here` is not an address with a port"),
            ("\n\nlisten = 8470", 3, "invalid type"),
            ("log = 'info'\n\npublic-address = 'ftp://x'", 3, "`ftp://x` is not the address"),
            ("public-address = 'http://chat.example'", 1, "`http://chat.example` is not encrypted"),
            ("allowed-origins = ['https://x/path']", 1, "`https://x/path` is not an origin"),
            ("log = ", 1, ""),
            ("log = ''", 1, "log: `` is not a filter"),
            ("\ndata = ''", 2, "data: the name of a folder is missing"),
            ("behind-proxy = 'yes'", 1, "invalid type"),
            ("metrics = true", 1, "invalid type"),
            (
                "log = 'info'\nmetrics = '8471'",
                2,
                "metrics: `8471` is not an address with a port, such as 127",
            ),
            ("log-format = 'xml'", 1, "log-format: `xml` is not a format. Write text, json or journal."),
            ("\nlog = 'in fo=='", 2, "`in fo==` is not a filter"),
        ];
        for (text, line, problem) in cases {
            let error = Settings::parse(text, "deskbell-service.toml").unwrap_err().to_string();
            assert!(error.starts_with(&format!("deskbell-service.toml, line {line}: ")), "{error}");
            assert!(error.contains(problem) && error.contains("allowed are: listen"), "{error}");
        }
    }

    #[test]
    fn a_given_file_must_exist_but_the_default_one_need_not() {
        let missing = Path::new("no-such-folder/deskbell-service.toml");
        assert_eq!(Settings::read(missing, true).unwrap(), Settings::default());
        assert!(Settings::read(missing, false).unwrap_err().to_string().contains("no-such-folder"));
    }
}
