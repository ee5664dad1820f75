//! Why no stream could be opened, for people.

use rustls::{CertificateError, Error};
use std::io::{self, ErrorKind};

pub(super) fn unreachable(why: &io::Error) -> String {
    match why.kind() {
        ErrorKind::ConnectionRefused => "nothing is listening on this port".to_owned(),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
            "this network has no route to it".to_owned()
        }
        ErrorKind::TimedOut => "it did not answer".to_owned(),
        _ => why.to_string(),
    }
}

pub(super) fn untrusted(why: &io::Error) -> String {
    let Some(error) = why.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
        return format!("the connection broke: {why}");
    };
    let words = match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            "this computer does not trust the issuer of its certificate"
        }
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            "its certificate has expired, or this computer's clock is wrong"
        }
        Error::InvalidCertificate(
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
        ) => "its certificate is not valid yet, or this computer's clock is wrong",
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => "its certificate is for another name",
        Error::InvalidMessage(_) => "its answer is not encrypted",
        other => return other.to_string(),
    };
    words.to_owned()
}
