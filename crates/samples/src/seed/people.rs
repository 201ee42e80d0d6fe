//! The five: their numbers are from the ranges that Ofcom keeps for drama, their e-mails from domains kept for examples.

use super::plan::{Home, Other, Person};

/// A house with nothing special about it.
const HOUSE: Home = Home {
    key: "",
    label: "Home",
    line1: "",
    city: "",
    postcode: "",
    lat: 0.0,
    lng: 0.0,
    property_type: "house",
    floor: None,
    flat: None,
    has_lift: None,
    access_notes: None,
};

pub(crate) const PEOPLE: &[Person] = &[
    Person {
        key: "amara",
        name: "Amara Okafor",
        email: Some("amara.okafor@example.com"),
        verified: true,
        phone: "07700 900118",
        joined_days_ago: 262,
        addresses: &[
            Home {
                key: "amara/home",
                line1: "Laurel House, 27 Navarino Street",
                city: "London",
                postcode: "E8 3QD",
                lat: 51.54632,
                lng: -0.06611,
                property_type: "flat",
                floor: Some("4"),
                flat: Some("42"),
                has_lift: Some(true),
                access_notes: Some(
                    "Concierge must be told an hour before. The lift is small: the sofa goes by the stairs.",
                ),
                ..HOUSE
            },
            Home {
                key: "amara/studio",
                label: "Studio",
                line1: "Unit 6, Copper Wharf",
                city: "London",
                postcode: "SE8 4XN",
                lat: 51.48207,
                lng: -0.02873,
                property_type: "office",
                floor: Some("1"),
                has_lift: Some(false),
                access_notes: Some("Loading bay on the river side, gate code on request."),
                ..HOUSE
            },
            Home {
                key: "amara/mother",
                label: "Mother",
                line1: "9 Fernhill Avenue",
                city: "Luton",
                postcode: "LU2 7HB",
                lat: 51.89518,
                lng: -0.41092,
                ..HOUSE
            },
        ],
        contacts: &[
            Other {
                label: "Partner",
                name: "Tobias Lindqvist",
                phone: "07700 900264",
                notes: Some("Has the spare keys."),
            },
            Other { label: "Emergency", name: "Ngozi Okafor", phone: "+44 20 7946 0182", notes: None },
        ],
        notes: &[
            ("Moves paintings for her studio: two blankets each, never stacked.", true, 200),
            ("Very happy with the crew in spring; asks for the same people.", false, 88),
        ],
        flags: &[("vip", "Moves something every other month and recommends us.", 80)],
    },
    Person {
        key: "jose",
        name: "José García-Hughes",
        email: Some("jose.garcia.hughes@example.org"),
        verified: true,
        phone: "+44 7700 900 377",
        joined_days_ago: 455,
        addresses: &[
            Home {
                key: "jose/home",
                line1: "14 Cheviot Road",
                city: "Manchester",
                postcode: "M21 9TL",
                lat: 53.44091,
                lng: -2.27738,
                access_notes: Some(
                    "Resident permits only until 18:30; a visitor permit is on the dashboard.",
                ),
                ..HOUSE
            },
            Home {
                key: "jose/new",
                label: "New flat",
                line1: "Weaver's Yard, 3 Jersey Lane",
                city: "Manchester",
                postcode: "M4 6JB",
                lat: 53.48436,
                lng: -2.22544,
                property_type: "flat",
                floor: Some("7"),
                flat: Some("703"),
                has_lift: Some(true),
                ..HOUSE
            },
        ],
        contacts: &[Other {
            label: "Landlord",
            name: "Sunita Mistry",
            phone: "0161 496 0421",
            notes: Some("Hands over the keys on the day."),
        }],
        notes: &[("Cancelled because his completion date fell through; was fair about it.", false, 38)],
        flags: &[],
    },
    Person {
        key: "rajesh",
        name: "Rajesh Patel",
        email: None,
        verified: false,
        phone: "0121 496 0733",
        joined_days_ago: 840,
        addresses: &[
            Home {
                key: "rajesh/home",
                line1: "88 Sandwell Grove",
                city: "Birmingham",
                postcode: "B20 2RW",
                lat: 52.51287,
                lng: -1.92766,
                ..HOUSE
            },
            Home {
                key: "rajesh/shop",
                label: "Shop",
                line1: "211 Soho Hill",
                city: "Birmingham",
                postcode: "B19 1AG",
                lat: 52.50133,
                lng: -1.92119,
                property_type: "shop",
                floor: Some("0"),
                access_notes: Some("Shutter at the back; double yellow line in front."),
                ..HOUSE
            },
        ],
        contacts: &[Other {
            label: "Son",
            name: "Kiran Patel",
            phone: "07700 900551",
            notes: Some("Reads texts for him."),
        }],
        notes: &[("Has no e-mail. Call the landline before noon, send paper by post.", true, 838)],
        flags: &[("vulnerable_customer", "Hard of hearing: speak slowly, confirm by post.", 836)],
    },
    Person {
        key: "callum",
        name: "Callum O'Donnell",
        email: Some("callum.odonnell@example.net"),
        verified: true,
        phone: "0044 7700 900642",
        joined_days_ago: 610,
        addresses: &[
            Home {
                key: "callum/home",
                line1: "5 Warrender Terrace",
                city: "Edinburgh",
                postcode: "EH9 1RU",
                lat: 55.93685,
                lng: -3.19437,
                property_type: "flat",
                floor: Some("3"),
                flat: Some("3F2"),
                has_lift: Some(false),
                access_notes: Some("Tenement stair with a tight turn on the second landing."),
                ..HOUSE
            },
            Home {
                key: "callum/storage",
                label: "Storage",
                line1: "Bay 17, Seafield Stores",
                city: "Edinburgh",
                postcode: "EH6 7RE",
                lat: 55.96852,
                lng: -3.14281,
                property_type: "storage",
                ..HOUSE
            },
            Home {
                key: "callum/parents",
                label: "Parents",
                line1: "31 Kilbryde Crescent",
                city: "Glasgow",
                postcode: "G41 3LP",
                lat: 55.83411,
                lng: -4.27903,
                ..HOUSE
            },
        ],
        contacts: &[
            Other { label: "Flatmate", name: "Morag Sutherland", phone: "07700 900805", notes: None },
            Other {
                label: "Parent",
                name: "Fionnuala O'Donnell",
                phone: "0141 496 0290",
                notes: Some("Only in the evening."),
            },
        ],
        notes: &[("Late arrival in the autumn; refund agreed with him on the phone.", false, 120)],
        flags: &[("payment_risk", "One card payment was disputed and withdrawn again.", 140)],
    },
    Person {
        key: "sian",
        name: "Siân Llewellyn",
        email: Some("sian.llewellyn@example.com"),
        verified: false,
        phone: "029 2018 0946",
        joined_days_ago: 3,
        addresses: &[
            Home {
                key: "sian/home",
                line1: "62 Cathedral Row",
                city: "Cardiff",
                postcode: "CF11 9LJ",
                lat: 51.48374,
                lng: -3.19562,
                property_type: "flat",
                floor: Some("1"),
                flat: Some("B"),
                has_lift: Some(false),
                ..HOUSE
            },
            Home {
                key: "sian/new",
                label: "New house",
                line1: "4 Heol y Coed",
                city: "Swansea",
                postcode: "SA2 0DE",
                lat: 51.61208,
                lng: -3.98377,
                access_notes: Some("Steep drive; the van stops on the road."),
                ..HOUSE
            },
        ],
        contacts: &[Other { label: "Emergency", name: "Huw Llewellyn", phone: "07700 900973", notes: None }],
        notes: &[],
        flags: &[],
    },
];

/// The home called `key`.
pub(crate) fn home(key: &str) -> Option<&'static Home> {
    PEOPLE.iter().flat_map(|person| person.addresses).find(|home| home.key == key)
}
