//! The service's settings file (TOML). An unknown key or a bad value is an error that names file, line and what is allowed.
//! Flags stand over the file; that is `cli`'s to do.

use crate::log::LogFormat;
use clap::ValueEnum;
use serde::{Deserialize, Deserializer, de};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Where the service listens if nothing else is said: this machine only.
pub const LISTEN: &str = "127.0.0.1:8470";
/// An address for metrics, as examples show it.
const METRICS: &str = "127.0.0.1:8471";

/// What a settings file may say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// Address and port to listen on.
    #[serde(default, deserialize_with = "listen")]
    pub listen: Option<SocketAddr>,
    /// The folder of the database.
    pub data: Option<PathBuf>,
    /// Where people reach the service.
    #[serde(default, deserialize_with = "public_address")]
    pub public_address: Option<String>,
    /// Origins of pages that may connect, besides the service's own.
    #[serde(default, deserialize_with = "allowed_origins")]
    pub allowed_origins: Option<Vec<String>>,
    /// Address and port to serve metrics on; none are served if it is left out.
    #[serde(default, deserialize_with = "metrics")]
    pub metrics: Option<SocketAddr>,
    /// What to log, as `tracing` filters say it.
    #[serde(default, deserialize_with = "log")]
    pub log: Option<String>,
    /// How to write the log.
    #[serde(default, deserialize_with = "log_format")]
    pub log_format: Option<LogFormat>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file that was named cannot be read.
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
         allowed-origins ([\"https://…\"]), metrics (\"127.0.0.1:8471\"), log (\"info\"), log-format (\"text\")"
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
    /// Reads a file. One that need not be there (`optional`) and is not says nothing.
    ///
    /// # Errors
    /// If it cannot be read or says something that is not allowed.
    pub fn read(file: &Path, optional: bool) -> Result<Self, SettingsError> {
        let name = || file.display().to_string();
        match std::fs::read_to_string(file) {
            Ok(text) => Self::parse(&text, &name()),
            Err(error) if optional && error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(SettingsError::Unreadable { file: name(), error }),
        }
    }

    /// Reads the text of a file of this name.
    ///
    /// # Errors
    /// If it says something that is not allowed.
    pub fn parse(text: &str, file: &str) -> Result<Self, SettingsError> {
        toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            // What is expected instead stands behind it anyway, with an example each.
            let problem = error.message().split(", expected one of").next().unwrap_or_default().to_owned();
            SettingsError::Bad { file: file.to_owned(), line, problem }
        })
    }
}

fn log<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_log(&text).map(|_| Some(text)).map_err(de::Error::custom)
}

/// What to log.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_log(filter: &str) -> Result<tracing_subscriber::EnvFilter, String> {
    let refused = || {
        format!(
            "log: `{filter}` is no filter. Write error, warn, info or debug, or service=debug for one part."
        )
    };
    // The parser panics on some texts that are not ASCII; no filter needs them.
    if !filter.is_ascii() {
        return Err(refused());
    }
    tracing_subscriber::EnvFilter::try_new(filter).map_err(|_| refused())
}

fn log_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<LogFormat>, D::Error> {
    let text = String::deserialize(deserializer)?;
    LogFormat::from_str(&text, false)
        .map(Some)
        .map_err(|_| de::Error::custom(format!("log-format: `{text}` is none. Write text, json or journal.")))
}

fn metrics<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SocketAddr>, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_metrics(&text).map(Some).map_err(|problem| de::Error::custom(format!("metrics: {problem}")))
}

/// An address to serve metrics on.
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

/// An address to listen on.
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
    for origin in &origins {
        if crate::origin::origin_of(origin) != Some(origin) {
            let problem =
                format!("allowed-origins: `{origin}` is not an origin, such as https://portal.example");
            return Err(de::Error::custom(problem));
        }
    }
    Ok(Some(origins))
}

/// An address of the web without a slash at its end.
///
/// # Errors
/// What is wrong with it, in words for the administrator.
pub fn check_address(address: &str) -> Result<String, String> {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    match host.map(|host| host.trim_end_matches('/')) {
        Some(host)
            if !host.is_empty() && !host.contains(char::is_whitespace) && !host.contains(['/', '?', '#']) =>
        {
            Ok(address.trim_end_matches('/').to_owned())
        }
        Some(_) | None => Err(format!(
            "`{address}` is not the address of a service, such as https://chat.example without a path"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_allowed() {
        let text = "listen = '127.0.0.1:0'\ndata = '/var/lib/x'\npublic-address = 'https://chat.example/'\n\
                    allowed-origins = ['https://portal.example']\nlog = 'debug'\nmetrics = '127.0.0.1:8471'\n\
                    log-format = 'json'\n";
        let settings = Settings::parse(text, "f").unwrap();
        assert_eq!(settings.public_address.as_deref(), Some("https://chat.example"));
        assert_eq!(settings.listen, Some("127.0.0.1:0".parse().unwrap()));
        assert_eq!(settings.metrics, Some("127.0.0.1:8471".parse().unwrap()));
        assert_eq!(settings.log_format, Some(LogFormat::Json));
    }

    #[test]
    fn an_error_names_file_line_and_what_is_allowed() {
        let cases = [
            ("log = 'info'\nlisen = '127.0.0.1:0'", 2, "unknown field `lisen`"),
            ("listen = 'here'", 1, "`here` is not an address with a port"),
            ("\n\nlisten = 8470", 3, "invalid type"),
            ("log = 'info'\n\npublic-address = 'ftp://x'", 3, "`ftp://x` is not the address"),
            ("allowed-origins = ['https://x/path']", 1, "`https://x/path` is not an origin"),
            ("log = ", 1, ""),
            ("metrics = true", 1, "invalid type"),
            (
                "log = 'info'\nmetrics = '8471'",
                2,
                "metrics: `8471` is not an address with a port, such as 127",
            ),
            ("log-format = 'xml'", 1, "log-format: `xml` is none. Write text, json or journal."),
            ("\nlog = 'in fo=='", 2, "`in fo==` is no filter"),
        ];
        for (text, line, problem) in cases {
            let error = Settings::parse(text, "deskbell-service.toml").unwrap_err().to_string();
            assert!(error.starts_with(&format!("deskbell-service.toml, line {line}: ")), "{error}");
            assert!(error.contains(problem) && error.contains("allowed are: listen"), "{error}");
        }
    }

    #[test]
    fn a_file_that_was_named_must_be_there_the_usual_one_need_not() {
        let missing = Path::new("no-such-folder/deskbell-service.toml");
        assert_eq!(Settings::read(missing, true).unwrap(), Settings::default());
        assert!(Settings::read(missing, false).unwrap_err().to_string().contains("no-such-folder"));
    }
}
