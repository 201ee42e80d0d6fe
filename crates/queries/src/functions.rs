//! Which function a line of the program is in. A place knows its file and line only; the hub's build script reads the sources with
//! this very file, so that names stay while lines move.

/// Line, from one, and name of whatever is written as a function begins. Closures belong to the function they stand in.
pub fn functions_in(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let mut rest = line.trim_start();
        while let Some(further) = without_qualifier(rest) {
            rest = further;
        }
        let Some(named) = rest.strip_prefix("fn ") else { continue };
        let end = named.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(named.len());
        if end > 0 {
            found.push((number, &named[..end]));
        }
    }
    found
}

fn without_qualifier(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("pub(") {
        return rest.split_once(") ").map(|(_, rest)| rest);
    }
    ["pub ", "const ", "async "].iter().find_map(|word| text.strip_prefix(word))
}
