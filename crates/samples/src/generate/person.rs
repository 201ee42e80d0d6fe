//! Who somebody is: name, e-mail, phone, and when they joined.

use kernel::Phone;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::calendar::{Calendar, DAY, instant};
use crate::dice::Dice;
use crate::ids;
use crate::rows::Customer;
use crate::words::{Town, origins, texts};

/// Domains reserved for examples: whatever is sent there reaches nobody.
const DOMAINS: &[(&str, u32)] = &[
    ("mail.example", 44),
    ("inbox.example", 20),
    ("post.example", 12),
    ("example.com", 9),
    ("example.org", 6),
    ("home.example", 6),
    ("example.net", 3),
];

/// First digits of UK mobile numbers.
const MOBILES: &[&str] = &[
    "71", "73", "740", "742", "747", "748", "750", "753", "754", "757", "759", "771", "773", "774", "776",
    "778", "779", "780", "784", "785", "786", "787", "788", "790", "792", "794", "796", "798",
];

/// The customer with number `index`, who joined at the second `joined`.
pub(crate) fn draw(dice: &mut Dice, calendar: &Calendar, index: u64, town: &Town, joined: i64) -> Customer {
    let created_at = instant(joined);
    let name = Name::draw(dice);
    let email = (!dice.chance(40)).then(|| name.email(dice, index));
    let verified = email.is_some() && dice.chance(880);
    let phone = (email.is_none() || dice.chance(930)).then(|| phone(dice, town));
    let archived = dice.chance(10).then(|| instant(dice.between(joined, calendar.end)));
    Customer {
        id: ids::drawn(dice, created_at),
        name: name.full,
        email,
        email_verified_at: verified.then(|| instant((joined + dice.between(40, 3 * DAY)).min(calendar.end))),
        phone,
        created_at,
        updated_at: archived.unwrap_or(created_at),
        archived_at: archived,
        archive_reason: archived.map(|_| dice.pick(texts::ARCHIVE_REASONS)),
    }
}

/// A name with the parts an e-mail is made from.
pub(crate) struct Name {
    pub full: String,
    first: String,
    last: String,
}

impl Name {
    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let origins = origins();
        let (own, other) = (dice.weighted(origins), dice.weighted(origins));
        // The last origin knows one name only.
        if dice.chance(3)
            && let Some((mononyms, _)) = origins.last()
        {
            let only = dice.pick(&mononyms.first);
            return Self { full: only.clone(), first: only, last: String::new() };
        }
        let first = dice.pick_early(&own.first);
        let family = if dice.chance(120) { other } else { own };
        let mut last = dice.pick_early(&family.last);
        if dice.chance(25) {
            let second = dice.pick_early(&other.last);
            if *second != last {
                last = format!("{last}-{second}");
            }
        }
        Self { full: format!("{first} {last}"), first, last }
    }

    /// Unique: it ends in a number that no other customer has.
    fn email(&self, dice: &mut Dice, index: u64) -> String {
        let (first, last) = (plain(&self.first), plain(&self.last));
        let number = ids::spread(index);
        let initial = &first[..1];
        let local = match dice.below(10) {
            _ if last.is_empty() => format!("{first}{number}"),
            0..4 => format!("{first}.{last}{number}"),
            4..6 => format!("{first}{last}{number}"),
            6..8 => format!("{initial}{last}{number}"),
            8 => format!("{last}.{first}{number}"),
            _ => format!("{first}_{number}"),
        };
        format!("{local}@{}", dice.weighted(DOMAINS))
    }
}

/// The letters of a name as they stand in an e-mail: no accents, nothing but a to z.
fn plain(name: &str) -> String {
    let mut letters = String::with_capacity(name.len());
    for letter in name.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => letters.push(letter),
            'ł' => letters.push('l'),
            'ø' => letters.push('o'),
            'ß' => letters.push_str("ss"),
            'ı' => letters.push('i'),
            'đ' => letters.push('d'),
            _ => {}
        }
    }
    letters
}

/// A mobile, or one in eight times a landline of the town.
pub(crate) fn phone(dice: &mut Dice, town: &Town) -> Phone {
    let (area, mut local) = if dice.chance(880) {
        let mut digits = dice.pick(MOBILES).to_string();
        fill(dice, &mut digits, 10);
        let local = digits.split_off(4);
        (digits, local)
    } else {
        let (area, start) = dice.pick(&town.number_starts);
        let mut local = (*start).to_owned();
        if local.is_empty() {
            local.push(dice.pick(&['2', '3', '4', '5', '6', '7', '8']));
        }
        fill(dice, &mut local, 10 - area.len());
        ((*area).to_owned(), local)
    };
    let e164 = format!("+44{area}{local}");
    let typed = match dice.below(20) {
        0..7 => format!("0{area} {local}"),
        7..12 => format!("0{area}{local}"),
        12..15 => format!("+44 {area} {local}"),
        15 => format!("+44{area}{local}"),
        16 => format!("0044 {area} {local}"),
        17 => format!("+44 (0){area} {local}"),
        18 => format!("0{area}-{local}"),
        _ => {
            local.insert(3, ' ');
            format!("(0{area}) {local}")
        }
    };
    Phone { typed, e164 }
}

fn fill(dice: &mut Dice, digits: &mut String, length: usize) {
    while digits.len() < length {
        digits.push(char::from(b'0' + dice.below(10) as u8));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;
    use kernel::Email;
    use rlibphonenumber::PHONE_NUMBER_UTIL;
    use rlibphonenumber::enums::Region;

    use super::*;
    use crate::words::towns;

    fn people(count: u64) -> Vec<Customer> {
        let calendar = Calendar::of(date(2026, 7, 1)).unwrap();
        (0..count)
            .map(|index| {
                let mut dice = Dice::for_customer(5, index);
                let town = towns().draw(&mut dice);
                draw(&mut dice, &calendar, index, town, calendar.joined(0.5))
            })
            .collect()
    }

    #[test]
    fn emails_are_plain_and_unique() {
        let people = people(20_000);
        let emails: Vec<&str> = people.iter().filter_map(|person| person.email.as_deref()).collect();
        assert_eq!(emails.iter().collect::<HashSet<_>>().len(), emails.len());
        for email in &emails {
            let (local, domain) = email.split_once('@').unwrap();
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
            assert!(
                local.chars().all(plain) && local.starts_with(|c: char| c.is_ascii_lowercase()),
                "{email}"
            );
            assert!(domain.contains("example"), "{email}");
            assert_eq!(Email::parse(email).unwrap().as_str(), *email);
        }
        let share = emails.len() * 1000 / people.len();
        assert!((950..970).contains(&share), "{share} per mille have an e-mail");
        let verified = people.iter().filter(|person| person.email_verified_at.is_some()).count();
        let share = verified * 1000 / emails.len();
        assert!((865..895).contains(&share), "{share} per mille are verified");
    }

    #[test]
    fn everybody_can_be_reached_and_every_number_is_real() {
        for person in people(5000) {
            assert!(person.email.is_some() || person.phone.is_some());
            let Some(phone) = person.phone else { continue };
            let parsed = PHONE_NUMBER_UTIL.parse(&phone.typed, Some(Region::GB)).unwrap();
            assert!(parsed.is_valid(), "{}", phone.typed);
            assert_eq!(Phone::parse(&phone.typed).unwrap(), phone);
        }
    }

    #[test]
    fn names_are_varied() {
        let people = people(20_000);
        let names: HashSet<&str> = people.iter().map(|person| person.name.as_str()).collect();
        assert!(names.len() > 10_000, "{} names", names.len());
        let some = |test: &dyn Fn(&str) -> bool| names.iter().any(|name| test(name));
        assert!(some(&|name| name.contains('\'')));
        assert!(some(&|name| !name.is_ascii()));
        assert!(some(&|name| name.contains('-')));
        assert!(some(&|name| !name.contains(' ')));
        assert!(names.iter().all(|name| name.nfc().eq(name.chars())), "names are in NFC");
    }

    #[test]
    fn accents_and_special_letters_fold() {
        assert_eq!(
            plain("Małgorzata Weiß-Öztürk O'Neill Şahin Yılmaz"),
            "malgorzataweissozturkoneillsahinyilmaz"
        );
    }
}
