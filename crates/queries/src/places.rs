//! Where it is counted. Each place in the program that asks has numbers of its own; finding them takes neither a lock nor an
//! allocation once they are there.

use std::{
    collections::BTreeMap,
    panic::Location,
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

/// A source file as the compiler names it, and in order, where each of its functions begins.
pub type File = (&'static str, &'static [(u32, &'static str)]);

/// Upper bounds in microseconds, each included: few, because there are many names.
pub const BOUNDS_US: [u64; 6] = [1_000, 5_000, 25_000, 100_000, 500_000, 2_500_000];
/// One for each bound, and one for what is longer than all.
pub const PLACES: usize = BOUNDS_US.len() + 1;
/// Several times as many as the program has; what finds no room is counted together.
const ROOM: usize = 4_096;
const OTHER: &str = "(other)";

static ROOMS: [OnceLock<Place>; ROOM] = [const { OnceLock::new() }; ROOM];
static REST: Counts = Counts::new();
static NAMES: OnceLock<&'static [File]> = OnceLock::new();

struct Place {
    asked: &'static Location<'static>,
    counts: Counts,
}

struct Counts {
    places: [AtomicU64; PLACES],
    sum_us: AtomicU64,
}

impl Counts {
    const fn new() -> Self {
        Self { places: [const { AtomicU64::new(0) }; PLACES], sum_us: AtomicU64::new(0) }
    }

    fn record(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let at = BOUNDS_US.iter().position(|bound| us <= *bound).unwrap_or(PLACES - 1);
        self.places[at].fetch_add(1, Relaxed);
        self.sum_us.fetch_add(us, Relaxed);
    }
}

/// The functions of the program, by file, in order. Before that a name ends with the module.
pub fn know(files: &'static [File]) {
    NAMES.get_or_init(|| files);
}

/// A statement that is being answered. Dropped by whoever gave up waiting, it counts as long as it was waited for.
pub(crate) struct Under {
    counts: &'static Counts,
    began: Instant,
}

impl Under {
    pub(crate) fn begin(asked: &'static Location<'static>) -> Self {
        Self { counts: counts(asked), began: Instant::now() }
    }
}

impl Drop for Under {
    fn drop(&mut self) {
        self.counts.record(self.began.elapsed());
    }
}

/// One and the same place of the program may lie at several addresses; [`taken`] brings them together.
fn counts(asked: &'static Location<'static>) -> &'static Counts {
    let address = ptr::from_ref(asked).addr();
    // Addresses lie close together, and are multiples of their size.
    let first = (address >> 3).wrapping_mul(0x9e37_79b9) >> 7;
    for step in 0..ROOM {
        let place = ROOMS[(first + step) % ROOM].get_or_init(|| Place { asked, counts: Counts::new() });
        if ptr::eq(place.asked, asked) {
            return &place.counts;
        }
    }
    &REST
}

/// What was measured of one name since the process began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub query: String,
    /// Between the bounds, the last without one.
    pub counts: [u64; PLACES],
    pub sum_us: u64,
}

/// Of every name that asked, in order.
pub fn taken() -> Vec<Taken> {
    let mut by_name: BTreeMap<String, ([u64; PLACES], u64)> = BTreeMap::new();
    let places =
        ROOMS.iter().filter_map(|room| room.get()).map(|place| (name_at(place.asked), &place.counts));
    for (query, counts) in places.chain([(OTHER.to_owned(), &REST)]) {
        let (all, sum_us) = by_name.entry(query).or_default();
        for (all, count) in all.iter_mut().zip(&counts.places) {
            *all += count.load(Relaxed);
        }
        *sum_us = sum_us.wrapping_add(counts.sum_us.load(Relaxed));
    }
    let taken = by_name.into_iter().map(|(query, (counts, sum_us))| Taken { query, counts, sum_us });
    taken.filter(|taken| taken.counts.iter().any(|count| *count > 0)).collect()
}

/// `customers::store::customers::find`, or without the function where it is not known.
pub(crate) fn name_at(asked: &Location<'_>) -> String {
    named(asked.file(), asked.line(), NAMES.get().copied().unwrap_or_default())
}

fn named(path: &str, line: u32, files: &[File]) -> String {
    let known = path.strip_prefix("crates/").and_then(|path| path.strip_suffix(".rs"));
    let Some((krate, file)) = known.and_then(|path| path.split_once("/src/")) else {
        return OTHER.to_owned();
    };
    let mut name = krate.to_owned();
    let function = files.binary_search_by_key(&path, |(file, _)| file).ok().and_then(|at| {
        let functions = files[at].1;
        let after = functions.partition_point(|(begins, _)| *begins <= line);
        Some(functions.get(after.checked_sub(1)?)?.1)
    });
    let modules = file.split('/').filter(|part| !matches!(*part, "lib" | "mod" | "main"));
    for part in modules.chain(function) {
        name.push_str("::");
        name.push_str(part);
    }
    name
}

#[cfg(test)]
mod tests;
