//! What goes over HTTP besides the connection: signing in by a one-time link, and the window's code.
//!
//! A link is `{address}/sign-in#{secret}`: the part after `#` never reaches the service by GET, nor its logs.

use crate::Token;
use presence::Role;
use serde::{Deserialize, Serialize};

/// Where native apps connect; the token comes in `hello`.
pub const CONNECT_PATH: &str = "/connect";
/// Where a one-time link leads; the page there has a button.
pub const SIGN_IN_PATH: &str = "/sign-in";
/// Where a link is redeemed, by POST of [`Redeem`].
pub const REDEEM_PATH: &str = "/api/sign-in";
/// Where the window's page exchanges its code for a cookie, by POST of [`PortalCode`].
pub const PORTAL_CODE_PATH: &str = "/api/portal-code";
/// The name of the portal pages' cookie.
pub const COOKIE: &str = "deskbell";

/// The portal's path for a role, as [`SignedIn::portal`] gives it: page at `{path}/`, its connection at `{path}/connect`, its cookie for `{path}`.
#[must_use]
pub fn portal_path(role: Role) -> &'static str {
    match role {
        Role::Technician => "/technician",
        Role::Client => "/client",
    }
}

/// Redeems a one-time link with a token that the client made: a lost answer is harmless, since a repeat with the same
/// token is the same sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Redeem {
    /// The link's secret: the part after `#`.
    pub link: String,
    /// 256 random bits in lower-case hex, made by the client.
    pub token: Token,
    /// What the user would call the device.
    pub device: String,
    /// Whether to set the token as the portal's cookie: for browsers.
    #[serde(default)]
    pub cookie: bool,
}

/// The answer to [`Redeem`] and [`PortalCode`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SignedIn {
    /// The person's name.
    pub name: String,
    /// Technician or client.
    pub role: Role,
    /// The organisation's name.
    pub organisation: String,
    /// The portal's path for this role, without a slash at the end.
    pub portal: String,
}

/// Exchanges the window's code for a cookie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PortalCode {
    /// The code, valid once and for 30 seconds.
    pub code: String,
}

/// What went wrong, with a 4xx or 5xx status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Problem {
    /// What happened, why, and what to do, for people.
    pub message: String,
}
