use super::*;
use crate::{functions::functions_in, timed};

#[track_caller]
fn here() -> &'static Location<'static> {
    Location::caller()
}

fn of(name: &str) -> Option<Taken> {
    taken().into_iter().find(|taken| taken.query == name)
}

fn all(taken: &Taken) -> u64 {
    taken.counts.iter().sum()
}

#[test]
fn functions_are_found_however_they_are_written() {
    let text = "use x;\n\
        pub(crate) async fn find(db: &impl GenericClient) -> Result<()> {\n    let f = |fn_: u8| fn_;\n}\n\
        impl X {\n    fn new() {}\n    pub const fn size_2<T>() {}\n}\n\
        // fn not_this\nlet text = \"fn nor_this\";\npub(in crate::a) fn deep() {}\npub async fn last() {}";
    let found = functions_in(text);
    assert_eq!(found, [(2, "find"), (6, "new"), (7, "size_2"), (11, "deep"), (12, "last")]);
}

#[test]
fn a_name_is_a_function_of_the_program_and_else_its_module() {
    const FILES: &[File] = &[
        ("crates/customers/src/store/customers.rs", &[(10, "find"), (20, "insert")]),
        ("crates/mail/src/lib.rs", &[(5, "jobs")]),
    ];
    for (path, line, name) in [
        ("crates/customers/src/store/customers.rs", 10, "customers::store::customers::find"),
        ("crates/customers/src/store/customers.rs", 19, "customers::store::customers::find"),
        ("crates/customers/src/store/customers.rs", 999, "customers::store::customers::insert"),
        ("crates/customers/src/store/customers.rs", 9, "customers::store::customers"),
        ("crates/mail/src/lib.rs", 7, "mail::jobs"),
        ("crates/audit/src/store/mod.rs", 7, "audit::store"),
        ("/home/somebody/.cargo/registry/src/x/src/lib.rs", 7, "(other)"),
        ("bench/load/src/main.rs", 7, "(other)"),
    ] {
        assert_eq!(named(path, line, FILES), name, "{path}:{line}");
    }
}

/// One test of what is counted, because all count in the same places.
#[tokio::test]
async fn each_place_is_counted_whether_it_is_answered_or_given_up() {
    let name = "queries::places::tests";
    assert_eq!(of(name), None);
    let answered = timed(here(), async { Ok(7) });
    assert_eq!(of(name), None, "nothing has been asked yet");
    assert_eq!(answered.await.unwrap(), 7);
    let _ =
        tokio::time::timeout(Duration::ZERO, timed(here(), std::future::pending::<Result<(), _>>())).await;
    let mut late = Under::begin(here());
    late.began = Instant::now().checked_sub(Duration::from_millis(3_000)).unwrap();
    drop(late);
    let counted = of(name).unwrap();
    assert_eq!((all(&counted), counted.counts[PLACES - 1]), (3, 1));
    assert!(counted.sum_us >= 3_000_000);

    // Two threads that ask from many places at once lose nothing.
    let asked: Vec<&'static Location<'static>> = (0..200).map(|_| &*Box::leak(Box::new(*here()))).collect();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for place in asked.iter().cycle().take(20_000) {
                    drop(Under::begin(place));
                }
            });
        }
    });
    assert_eq!(all(&of(name).unwrap()), 40_003);

    // What finds no room is counted all the same, and there is no more than the room.
    for _ in 0..=ROOM {
        drop(Under::begin(Box::leak(Box::new(*here()))));
    }
    let rest = all(&of(OTHER).unwrap());
    assert_eq!(all(&of(name).unwrap()) + rest, 40_003 + ROOM as u64 + 1);
    assert!(rest > 200, "{rest}");
}

/// `cargo test --release -p queries -- --ignored --nocapture what_it_costs`
#[test]
#[ignore = "a measurement"]
fn what_it_costs() {
    const TIMES: u32 = 2_000_000;
    let round = |threads: usize| {
        let began = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    for _ in 0..TIMES {
                        drop(std::hint::black_box(Under::begin(here())));
                    }
                });
            }
        });
        began.elapsed().as_nanos() / u128::from(TIMES)
    };
    println!("ns a statement: {} alone, {} with two threads at the same place", round(1), round(2));
}
