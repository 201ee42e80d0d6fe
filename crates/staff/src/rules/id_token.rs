//! What a provider of OpenID Connect says about somebody (OpenID Connect Core 1.0, 3.1.3.7), read and checked. Whatever is wrong with
//! it, it is as if nothing had been said.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use platform::settings::{SingleSignOnSettings, split_url};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

/// By how much clocks may differ, in seconds.
const SKEW: i64 = 60;
/// An answer to a question of ours is younger than the question may be.
const OLDEST: i64 = 15 * 60;

/// What is wrong; told to the trail, never to whoever signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Provider,
    Malformed,
    Algorithm,
    Key,
    Signature,
    Issuer,
    Audience,
    Time,
    Nonce,
    Email,
    Domain,
}

impl Fault {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Malformed => "malformed",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::Time => "time",
            Self::Nonce => "nonce",
            Self::Email => "email",
            Self::Domain => "domain",
        }
    }
}

/// Where the provider does what (OpenID Connect Discovery 1.0).
#[derive(Deserialize)]
pub(crate) struct Discovery {
    issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Discovery {
    /// Refused where it speaks for somebody else, or where somebody in between could read along.
    pub fn read(body: &[u8], issuer: &str) -> Result<Self, Fault> {
        let read: Self = serde_json::from_slice(body).map_err(|_| Fault::Provider)?;
        let urls = [&read.authorization_endpoint, &read.token_endpoint, &read.jwks_uri];
        if read.issuer != issuer || urls.iter().any(|url| split_url(url).is_none()) {
            return Err(Fault::Provider);
        }
        Ok(read)
    }

    /// Whether our secret goes into the form rather than into a header, which is what providers take unless they say otherwise.
    pub fn wants_secret_in_form(&self) -> bool {
        self.token_endpoint_auth_methods_supported
            .as_ref()
            .is_some_and(|methods| !methods.iter().any(|method| method == "client_secret_basic"))
    }
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: Option<String>,
    kty: String,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Value,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    email: Option<String>,
    email_verified: Option<Value>,
}

/// The verified address that the token vouches for, in small letters.
pub(crate) fn vouched_email(
    token: &str,
    keys: &[u8],
    ours: &SingleSignOnSettings,
    nonce: &str,
    now: Timestamp,
) -> Result<String, Fault> {
    let claims: Claims = read(&signed_content(token, keys)?)?;
    if claims.iss != ours.issuer {
        return Err(Fault::Issuer);
    }
    let us = ours.client_id.as_str();
    let for_us = match &claims.aud {
        Value::String(one) => one == us,
        // Of several it must say that it was us who asked.
        Value::Array(all) => {
            all.iter().any(|one| one == us) && (all.len() == 1 || claims.azp.as_deref() == Some(us))
        }
        _ => false,
    };
    if !for_us || claims.azp.as_deref().is_some_and(|azp| azp != us) {
        return Err(Fault::Audience);
    }
    let now = now.as_second();
    if claims.exp <= now - SKEW || claims.iat > now + SKEW || claims.iat < now - OLDEST {
        return Err(Fault::Time);
    }
    if claims.nonce.as_deref() != Some(nonce) {
        return Err(Fault::Nonce);
    }
    let verified = claims.email_verified.is_some_and(|given| given == Value::Bool(true) || given == "true");
    let email = claims.email.filter(|_| verified).ok_or(Fault::Email)?.to_lowercase();
    let domain = email.rsplit_once('@').ok_or(Fault::Email)?.1;
    if !ours.domains.is_empty() && !ours.domains.iter().any(|allowed| allowed == domain) {
        return Err(Fault::Domain);
    }
    Ok(email)
}

/// What was signed, by a key of the provider's and by one of the two algorithms we take.
fn signed_content(token: &str, keys: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::Malformed);
    };
    let header: Header = read(&decode(head)?)?;
    // What must be understood and is not (RFC 7515 4.1.11).
    if header.crit.is_some() {
        return Err(Fault::Algorithm);
    }
    let kty = match header.alg.as_str() {
        "RS256" => "RSA",
        "ES256" => "EC",
        _ => return Err(Fault::Algorithm),
    };
    let keys: Keys = serde_json::from_slice(keys).map_err(|_| Fault::Provider)?;
    let fitting: Vec<&Key> = keys
        .keys
        .iter()
        .filter(|key| key.kty == kty && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig"))
        .filter(|key| key.alg.as_ref().is_none_or(|alg| *alg == header.alg))
        .filter(|key| header.kid.is_none() || key.kid == header.kid)
        .collect();
    let [key] = fitting[..] else { return Err(Fault::Key) };
    let message = &token.as_bytes()[..head.len() + 1 + body.len()];
    check_signature(key, message, &decode(signature)?)?;
    decode(body)
}

fn check_signature(key: &Key, message: &[u8], signature: &[u8]) -> Result<(), Fault> {
    let part = |text: &Option<String>| text.as_deref().ok_or(Fault::Key).and_then(decode);
    let outcome = if key.kty == "RSA" {
        let (n, e) = (part(&key.n)?, part(&key.e)?);
        RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
    } else {
        let (x, y) = (part(&key.x)?, part(&key.y)?);
        if key.crv.as_deref() != Some("P-256") || x.len() != 32 || y.len() != 32 {
            return Err(Fault::Key);
        }
        let point = [&[4][..], &x, &y].concat();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
    };
    outcome.map_err(|_| Fault::Signature)
}

fn decode(text: &str) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Fault::Malformed)
}

fn read<T: for<'a> Deserialize<'a>>(bytes: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|_| Fault::Malformed)
}

#[cfg(test)]
mod tests {
    use platform::settings::Secret;
    use serde_json::json;

    use super::*;

    /// Signed by a key of 2048 bits that was thrown away.
    const TOKEN: &str = "eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInJzYSJ9.eyJpc3MiOiAiaHR0cHM6Ly9hY2NvdW50cy5leGFtcGxlLmNvbSIsICJhdWQiOiAidGhlI\
         Gh1YiIsICJub25jZSI6ICJuIiwgImlhdCI6IDE4MDAwMDAwMDAsICJleHAiOiAxODAwMDAwMzAwLCAiZW1haWwiOiAiZW1tYUBkZXNrLmV4YW1\
         wbGUuY29tIiwgImVtYWlsX3ZlcmlmaWVkIjogInRydWUifQ.UO-YBqKLuypfzBrY9BpYH_bYHEeaUp5qVImkYYC3bAcUfk6jERN4Weg3-L-e8E\
         Frdm2_ctBjvZJnQQS1BJ4BKZYfHZRd5kZOmcFrVxwfyyaO-_IEEUnlw5Y78O6MaD67UMumpzawyUMME7NoLxUX2haWHpSFRnPw8UvmwjISqXFj\
         PW3USuDmlZbKNNwRcHeptYiacz9_3lJU2E8ZGokcp9PKEBvtX4R_AGPNP0CYPx7jeWymRiXq_AnXmzpwJsKDgCKgNMW34DDRN_ZyrqW9OGZK2k\
         mKQkdtShBgk0eQJ1pEl7CXGnvXa_ebTy5WnYnsrEDm_aclnOYairuFRov2xg";
    const MODULUS: &str = "hOT-wa_unYazns6dRZEDNzvlJZSl0Ghjr2SGRw_P3pHWkip-i6AcxLEvm1sLAQRk5TWFe1OeXUu9Z1ASo4JisbzavLm-M-Z-GGEreFzcPW3bTN\
         ha-MGF1PxWXO5PPsZFpvLhw2w8A8VpNWj13n_09eRG3KwDm8zNehw73a-wtKIB2Li4lN7n3eLZY-8-j_SL6hEriuyfUIT0ILrn4gAx2Cdawog6\
         6v_h7XlkRqtJ7Sop9JCIbheIqV-FZ7RMnwVwyb4E50NJklUxfAQU_WVgRmTf0qtb9YNFiKpo0ipjgXxqhfhejQfqjRs4bpS0kZTESVHUd5-M6I\
         99sYjTNN69fw";

    fn vouched(token: &str, keys: &Value, second: i64) -> Result<String, Fault> {
        let ours = SingleSignOnSettings {
            issuer: "https://accounts.example.com".to_owned(),
            client_id: "the hub".to_owned(),
            client_secret: Secret(String::new()),
            domains: Vec::new(),
            name: String::new(),
        };
        let now = Timestamp::from_second(second).unwrap();
        vouched_email(token, keys.to_string().as_bytes(), &ours, "n", now)
    }

    #[test]
    fn a_token_signed_with_rsa_counts_for_its_time() {
        let key = json!({ "kty": "RSA", "kid": "rsa", "n": MODULUS, "e": "AQAB" });
        let keys = json!({ "keys": [key] });
        let email = "emma@desk.example.com".to_owned();
        assert_eq!(vouched(TOKEN, &keys, 1_800_000_000), Ok(email.clone()));
        assert_eq!(vouched(TOKEN, &keys, 1_800_000_359), Ok(email));
        assert_eq!(vouched(TOKEN, &keys, 1_800_000_360), Err(Fault::Time));
        assert_eq!(vouched(TOKEN, &keys, 1_799_999_939), Err(Fault::Time));
        let changed = TOKEN.replacen("eyJpc3Mi", "eyJpc3Mj", 1);
        assert_eq!(vouched(&changed, &keys, 1_800_000_000), Err(Fault::Signature));
        // Two that might be meant are none.
        let unnamed = json!({ "keys": [key, key] });
        assert_eq!(vouched(TOKEN, &unnamed, 1_800_000_000), Err(Fault::Key));
        let weak = json!({ "keys": [{ "kty": "RSA", "kid": "rsa", "n": "AQAB", "e": "AQAB" }] });
        assert_eq!(vouched(TOKEN, &weak, 1_800_000_000), Err(Fault::Signature));
    }
}
