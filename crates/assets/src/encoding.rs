//! Which form of a file a client takes (RFC 9110 12.5.3).

use axum::http::{HeaderMap, header};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// The smallest first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }
}

/// The encodings the client takes, the one it likes best first; those it likes less than the plain file are left out.
pub(crate) fn accepted(headers: &HeaderMap) -> Vec<Encoding> {
    let given: Vec<(&str, f32)> = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(weighted)
        .collect();
    let weight = |name: &str| {
        given.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, weight)| *weight)
    };
    let plain = weight("identity").unwrap_or(0.0);
    let mut encodings: Vec<(Encoding, f32)> = Encoding::ALL
        .into_iter()
        .filter_map(|encoding| Some((encoding, weight(encoding.name()).or_else(|| weight("*"))?)))
        .filter(|(_, weight)| *weight > 0.0 && *weight >= plain)
        .collect();
    // Stable: of those liked alike, the smallest stays first.
    encodings.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    encodings.into_iter().map(|(encoding, _)| encoding).collect()
}

/// `gzip;q=0.5`; a weight that cannot be read counts as a refusal.
fn weighted(part: &str) -> (&str, f32) {
    let (name, parameters) = part.split_once(';').unwrap_or((part, ""));
    let given = parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(key, _)| key.trim().eq_ignore_ascii_case("q"));
    let weight = match given {
        None => 1.0,
        Some((_, text)) => {
            text.trim().parse().ok().filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or(0.0)
        }
    };
    (name.trim(), weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clients_weights_decide() {
        use Encoding::{Brotli, Gzip};
        for (header, expected) in [
            ("", vec![]),
            ("gzip, deflate, br, zstd", vec![Brotli, Gzip]),
            ("GZIP", vec![Gzip]),
            ("br;q=0.5, gzip;q=0.8", vec![Gzip, Brotli]),
            ("br;q=0, gzip", vec![Gzip]),
            ("br; q=0.000, *", vec![Gzip]),
            ("*;q=0.1", vec![Brotli, Gzip]),
            ("identity, br;q=0.9", vec![]),
            ("identity;q=0.5, br", vec![Brotli]),
            ("br;q=much, gzip;q=2", vec![]),
            ("brotli", vec![]),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, header.parse().unwrap());
            assert_eq!(accepted(&headers), expected, "{header}");
        }
        assert_eq!(accepted(&HeaderMap::new()), []);
    }
}
