//! Bad days: the database stopped, cut off or without room, the clock wrong, the outside away, work that cannot be done. Small
//! here, at full size with `make chaos` (SOAK=1). After each: nothing acknowledged is lost, nothing is done twice, every check
//! of the house holds, and whoever asked was told the truth. Kills are in `soak::kills`, faults of the provider in `providers`.

mod clock;
mod cut;
mod full;
mod hour;
mod poison;
mod stopped;
