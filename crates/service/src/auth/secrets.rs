//! Makes and hashes the secrets of sign-ins, and keeps the short-lived codes of windows. No secret is ever printed or stored.

use crate::clock::Clock;
use crate::store::{Hash, SignInId};
use presence::Moment;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use uuid::Uuid;

/// Bytes of a secret: 256 random bits.
const SECRET_BYTES: usize = 32;
/// Codes that may be open at once; each lives for half a minute, and an app asks for one when its window opens.
const CODES: usize = 10_000;
/// How long an unused link stays valid: a week, so that one sent before a holiday still works after it.
pub(crate) const LINK_GOOD_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A new secret, in hex.
pub(crate) fn secret() -> String {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).expect("the operating system always has randomness once it runs programs");
    bytes.iter().fold(String::with_capacity(2 * SECRET_BYTES), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes all that is written to it");
        hex
    })
}

/// Whether a new token is 256 bits in lower-case hex: two spellings of the same bits would be two tokens.
pub(crate) fn is_token(token: &str) -> bool {
    may_be_known(token) && !token.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether a token may have been redeemed before: earlier versions also accepted tokens in upper case.
pub(crate) fn may_be_known(token: &str) -> bool {
    token.len() == 2 * SECRET_BYTES && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Hash {
    /// What is stored of a secret.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

/// The codes that the app's window exchanges for its cookie: each valid once, and not for long.
pub(crate) struct Codes {
    open: Mutex<HashMap<Hash, Code>>,
    good_for: Duration,
    clock: Clock,
}

struct Code {
    sign_in: SignInId,
    instance: Uuid,
    until: Moment,
}

impl Codes {
    pub(crate) fn new(good_for: Duration, clock: Clock) -> Self {
        Self { open: Mutex::default(), good_for, clock }
    }

    /// A code for the window of this app.
    pub(crate) fn make(&self, sign_in: SignInId, instance: Uuid) -> String {
        let (code, now) = (secret(), self.clock.moment());
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, code| code.until > now);
        if open.len() < CODES {
            open.insert(Hash::of(&code), Code { sign_in, instance, until: now.plus(self.good_for) });
        }
        code
    }

    /// Whose it is; after that, the code is used.
    pub(crate) fn redeem(&self, code: &str) -> Option<(SignInId, Uuid)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let code = open.remove(&Hash::of(code))?;
        (code.until > self.clock.moment()).then_some((code.sign_in, code.instance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_code_is_valid_once_and_for_a_limited_time() {
        let codes = Codes::new(Duration::from_secs(30), Clock::from_tokio(0));
        let (sign_in, instance) = (SignInId(Uuid::new_v4()), Uuid::new_v4());
        let code = codes.make(sign_in, instance);
        assert_eq!(codes.redeem(&code), Some((sign_in, instance)));
        assert_eq!(codes.redeem(&code), None);
        let late = codes.make(sign_in, instance);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(codes.redeem(&late), None);
    }

    #[test]
    fn secrets_are_valid_tokens_and_never_repeat() {
        let (one, two) = (secret(), secret());
        assert!(is_token(&one) && is_token(&two));
        assert_ne!(one, two);
        assert!(!is_token("short") && !is_token(&"g".repeat(64)) && !is_token(&"AB".repeat(32)));
        assert!(may_be_known(&"AB".repeat(32)) && !may_be_known("short"));
    }
}
