//! Redeems a one-time link: one POST over a stream that is dialled like the connection's.
//!
//! The client makes the token, so that repeating the request after a lost answer gives the same sign-in. Neither link nor
//! token is logged.

use crate::{Address, Dial};
use http_body_util::{BodyExt, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use protocol::display_text;
use protocol::http::{Problem, REDEEM_PATH, Redeem, SignedIn};
use protocol::limits::{NAME_CHARS, WORDS_CHARS};
use std::time::Duration;
use tokio::time::timeout;

/// How long the whole exchange may take.
const REDEEM_WITHIN: Duration = Duration::from_secs(15);
/// Largest answer: a name, a role and a path.
const ANSWER_BYTES: usize = 16 * 1024;

/// Why a link was not redeemed, in words for users.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// The service refused, for instance because the link was already used.
    #[error("{message}")]
    Refused {
        /// What it said: what happened, why, and what to do.
        message: String,
    },
    /// No answer came; repeating the request with the same token is harmless.
    #[error("The service could not be asked: {why}. Check the network and try the same link again.")]
    NoAnswer {
        /// Why.
        why: String,
    },
    /// The link must not be sent there; repeating the request would end the same way.
    #[error("The service could not be asked: {why}. Ask your administrator.")]
    CannotConnect {
        /// Why.
        why: String,
    },
    /// Something other than the service answers there.
    #[error(
        "What answers at {address} is not Deskbell ({why}). If this network wants you to log in first, do so in a browser and \
         use the same link again; otherwise ask your administrator for the right link."
    )]
    NotDeskbell {
        /// Where.
        address: String,
        /// What was unexpected.
        why: String,
    },
}

impl RedeemError {
    /// Whether the same link with the same token may succeed when it is repeated.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Refused { .. } | Self::CannotConnect { .. } | Self::NotDeskbell { .. } => false,
            Self::NoAnswer { .. } => true,
        }
    }
}

/// Redeems a one-time link with a token that the caller made. A refusal is asked for in this language (`de`).
///
/// # Errors
/// [`RedeemError`], in words for users.
pub async fn redeem(
    dial: &dyn Dial,
    address: &Address,
    redeem: &Redeem,
    language: &'static str,
) -> Result<SignedIn, RedeemError> {
    match timeout(REDEEM_WITHIN, exchange(dial, address, redeem, language)).await {
        Ok(result) => result,
        Err(_) => Err(RedeemError::NoAnswer { why: format!("{} did not answer", address.host()) }),
    }
}

async fn exchange(
    dial: &dyn Dial,
    address: &Address,
    redeem: &Redeem,
    language: &'static str,
) -> Result<SignedIn, RedeemError> {
    let no_answer = |why: String| RedeemError::NoAnswer { why };
    let stream = dial.dial(address).await.map_err(|error| {
        let why = error.to_string();
        if error.is_retryable() { RedeemError::NoAnswer { why } } else { RedeemError::CannotConnect { why } }
    })?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| no_answer(error.to_string()))?;
    let request = Request::post(REDEEM_PATH)
        .header(HOST, address.authority())
        .header(ACCEPT_LANGUAGE, HeaderValue::from_static(language))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(protocol::write(redeem))))
        .expect("the parts are checked: a constant path and an address that was parsed");
    let answer = async {
        let response = sender.send_request(request).await.map_err(|error| no_answer(error.to_string()))?;
        let status = response.status();
        let body = Limited::new(response.into_body(), ANSWER_BYTES)
            .collect()
            .await
            .map_err(|error| no_answer(error.to_string()))?;
        Ok((status, body.to_bytes()))
    };
    tokio::pin!(answer);
    let (status, body) = tokio::select! {
        answer = &mut answer => answer?,
        // The answer may be complete even though the connection has ended.
        _ = connection => answer.await?,
    };
    let not_deskbell = || RedeemError::NotDeskbell {
        address: address.to_string(),
        why: format!("it answers {status}, and not as the service does"),
    };
    if status.is_success() {
        let who: SignedIn = serde_json::from_slice(&body).map_err(|error| {
            let error = display_text::line(&error.to_string(), WORDS_CHARS);
            tracing::debug!(error, "an answer that is not the service's");
            not_deskbell()
        })?;
        return Ok(SignedIn {
            name: display_text::line(&who.name, NAME_CHARS),
            organisation: display_text::line(&who.organisation, NAME_CHARS),
            ..who
        });
    }
    let problem = serde_json::from_slice::<Problem>(&body)
        .map(|problem| display_text::line(&problem.message, WORDS_CHARS));
    match problem {
        // 5xx: the service is there, but cannot answer now.
        Ok(message) if status.is_server_error() => Err(no_answer(message)),
        // A redirect is never followed: the link and the token are meant for nobody else.
        Ok(message) if status.is_client_error() => Err(RedeemError::Refused { message }),
        Err(_) if status.is_server_error() => Err(no_answer(format!("it answers {status}"))),
        Ok(_) | Err(_) => Err(not_deskbell()),
    }
}

#[cfg(test)]
mod tests;
