use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, enums::Region};

use crate::text::{TextFault, clean_line};

/// An e-mail address as typed, at most 254 characters (RFC 5321 4.5.3.1.3). Compared without case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        const WRONG: TextFault = TextFault::Malformed("must look like name@example.com");
        let text = clean_line(text, 254)?;
        let (local, domain) = text.rsplit_once('@').ok_or(WRONG)?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && !local.chars().any(|c| c.is_whitespace() || r#"()<>[]:;@\,""#.contains(c));
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let domain_ok = domain.contains('.') && domain.split('.').all(label_ok);
        if local_ok && domain_ok { Ok(Self(text)) } else { Err(WRONG) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// A phone number: as the person typed it, and in E.164 for search and dialling. National numbers are British.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    pub typed: String,
    pub e164: String,
}

impl Phone {
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        let typed = clean_line(text, 50)?;
        let e164 = Self::to_e164(&typed)
            .ok_or(TextFault::Malformed("must be a phone number such as 07700 900123 or +44 7700 900123"))?;
        Ok(Self { typed, e164 })
    }

    /// The E.164 form of any spelling of a possible number; `None` when it is none.
    pub fn to_e164(text: &str) -> Option<String> {
        let number = PHONE_NUMBER_UTIL.parse(text, Some(Region::GB)).ok()?;
        let possible = number.is_valid() || PHONE_NUMBER_UTIL.is_possible_number(&number);
        possible.then(|| number.format_as(PhoneNumberFormat::E164).into_owned())
    }
}

/// A UK postcode in its written form, `SW1A 1AA` (BS 7666: outward and inward code, capitals, one space).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postcode(String);

impl Postcode {
    pub fn parse(text: &str) -> Result<Self, TextFault> {
        const WRONG: TextFault = TextFault::Malformed("must be a UK postcode such as SW1A 1AA");
        let key = postcode_key(&clean_line(text, 20)?);
        if !key.is_ascii() || !(5..=7).contains(&key.len()) {
            return Err(WRONG);
        }
        let (outward, inward) = key.split_at(key.len() - 3);
        let shape = |part: &str| -> String {
            part.chars().map(|c| if c.is_ascii_digit() { '9' } else { 'A' }).collect()
        };
        let outward_ok = matches!(shape(outward).as_str(), "A9" | "A99" | "AA9" | "AA99" | "A9A" | "AA9A")
            || key == "GIR0AA";
        if outward_ok && shape(inward) == "9AA" {
            Ok(Self(format!("{outward} {inward}")))
        } else if key == "GIR0AA" {
            Ok(Self("GIR 0AA".to_owned()))
        } else {
            Err(WRONG)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// Letters and digits in capitals, nothing else: how postcodes are compared (the SQL function of the same name agrees).
pub fn postcode_key(text: &str) -> String {
    // One letter for one, as the database does it: what has no single capital stays as it is.
    let capital = |c: char| {
        let mut capitals = c.to_uppercase();
        capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(c)
    };
    text.chars().filter(|c| c.is_alphanumeric()).map(capital).take(20).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_of_a_number_is_one_number() {
        for text in
            ["07700 900123", "+44 7700 900-123", "0044 7700 900123", "(07700) 900 123", "+447700900123"]
        {
            assert_eq!(Phone::to_e164(text).as_deref(), Some("+447700900123"), "{text}");
        }
        assert_eq!(Phone::to_e164("020 7946 0018").as_deref(), Some("+442079460018"));
        assert_eq!(Phone::to_e164("+48 22 555 01 23").as_deref(), Some("+48225550123"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "phone", "1", "0".repeat(40).as_str(), "07700 900123; drop"] {
            assert!(Phone::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn emails_are_checked_for_form() {
        for good in ["a@b.co", "Zoë@example.com", "first.last+tag@sub.example.co.uk"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["", "a", "@b.co", "a@b", "a b@c.de", "a@b..de", "a@-b.de", "a..b@c.de", "a@b.de\nBcc: x@y.z"]
        {
            assert!(Email::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn postcodes_are_written_one_way() {
        for (typed, written) in
            [("sw1a1aa", "SW1A 1AA"), (" m1  1ae ", "M1 1AE"), ("CR26XH", "CR2 6XH"), ("gir0aa", "GIR 0AA")]
        {
            assert_eq!(Postcode::parse(typed).unwrap().as_str(), written);
        }
        for bad in ["", "SW1A", "12345", "SW1A 1A1", "ＳＷ1A 1AA", "SW1A 1AAA"] {
            assert!(Postcode::parse(bad).is_err(), "{bad}");
        }
    }
    // Whatever is typed is refused, or has one written form that is taken as it is when it is typed.
    proptest! {
        #[test]
        fn fuzz_emails(text in "\\PC{0,300}|[a-zé.]{0,70}@?[a-z.-]{0,200}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(email.as_str().chars().count() <= 254 && !email.as_str().contains(char::is_control));
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            }
        }

        #[test]
        fn fuzz_phones(text in ".{0,80}|[ +0-9().;ext-]{0,60}|(\\+44|0|00) ?[0-9 -]{4,14}") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert!(phone.e164.len() <= 18, "{}", phone.e164);
                prop_assert!(phone.e164.strip_prefix('+').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit())));
                prop_assert_eq!(Phone::to_e164(&phone.e164), Some(phone.e164.clone()), "{}", text);
            }
        }

        #[test]
        fn fuzz_postcodes(text in ".{0,30}|[A-Za-z]{1,2}[0-9][0-9A-Za-z]? ?[0-9][A-Za-z]{2}") {
            if let Ok(postcode) = Postcode::parse(&text) {
                prop_assert_eq!(Postcode::parse(postcode.as_str()), Ok(postcode.clone()));
                prop_assert_eq!(postcode_key(postcode.as_str()), postcode_key(&text));
            }
        }
    }
}
