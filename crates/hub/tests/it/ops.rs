//! What stands in ops/ and what a release says of itself, as far as this machine can try it.

use std::{
    collections::BTreeSet,
    fs,
    process::{Command, Output},
};

use serde_json::Value;

use crate::support::{project, read};

/// None where the program is not on this machine, which is said.
fn run(program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).current_dir(project()).output() {
        Ok(output) => Some(output),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            println!("skipped: there is no {program} here");
            None
        }
        Err(error) => panic!("{program}: {error}"),
    }
}

#[test]
fn the_units_are_right_and_shut() {
    let folder = std::env::temp_dir().join(format!("hub-units-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for name in ["hub.service", "hub-work.service"] {
        // The program of this build stands in for the one that will be installed.
        let unit = read(&format!("ops/{name}")).replace("/usr/local/bin/hub", env!("CARGO_BIN_EXE_hub"));
        let file = folder.join(name);
        fs::write(&file, &unit).unwrap();
        let file = file.to_str().unwrap();
        let Some(verified) = run("systemd-analyze", &["verify", "--man=no", file]) else { break };
        let told = String::from_utf8_lossy(&verified.stderr).into_owned();
        assert!(verified.status.success() && !told.contains(name), "{told}");
        let secure = ["security", "--offline=true", "--threshold=20", file];
        let judged = run("systemd-analyze", &secure).unwrap();
        let said = String::from_utf8_lossy(&judged.stdout).into_owned();
        assert!(
            judged.status.success(),
            "more exposed than 2.0: {}{}",
            said,
            String::from_utf8_lossy(&judged.stderr)
        );

        // The controls: a word that is none, and a unit that is open.
        fs::write(file, unit.replace("ProtectSystem=strict", "ProtectSistem=strict")).unwrap();
        let wrong = run("systemd-analyze", &["verify", "--man=no", file]).unwrap();
        assert!(String::from_utf8_lossy(&wrong.stderr).contains("ProtectSistem"), "{wrong:?}");
        let open: String = unit
            .lines()
            .filter(|line| !line.starts_with("Protect") && !line.starts_with("SystemCall"))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(file, open).unwrap();
        assert!(!run("systemd-analyze", &secure).unwrap().status.success());
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn every_setting_that_ops_names_is_one() {
    let known: BTreeSet<String> =
        platform::settings::TABLE.iter().map(|row| format!("HUB_{}", row.name.to_uppercase())).collect();
    for entry in fs::read_dir(project().join("ops")).unwrap() {
        let file = entry.unwrap().path();
        if !file.is_file() {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for word in text.split(|c: char| !(c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())) {
            if word.starts_with("HUB_") {
                assert!(known.contains(word.trim_end_matches("_FILE")), "{}: {word}", file.display());
            }
        }
    }
    let file: toml::Table = read("ops/hub.toml").parse().unwrap();
    for name in file.keys() {
        assert!(known.contains(&format!("HUB_{}", name.to_uppercase())), "hub.toml: {name}");
    }
}

#[test]
fn scripts_can_be_read_by_their_shells() {
    for (shell, file) in [("bash", "scripts/release.sh"), ("sh", "ops/compose-roles.sh")] {
        let Some(read) = run(shell, &["-n", file]) else { continue };
        assert!(read.status.success(), "{file}: {}", String::from_utf8_lossy(&read.stderr));
    }
}

#[test]
fn the_bill_of_materials_names_what_is_in_the_binary_and_nothing_of_the_tests() {
    let Some(output) = run("node", &["scripts/sbom.mjs"]) else { return };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bill: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&"CycloneDX".into(), &"1.6".into()));
    let parts: Vec<&Value> = bill["components"].as_array().unwrap().iter().collect();
    let names: BTreeSet<&str> = parts.iter().map(|part| part["name"].as_str().unwrap()).collect();
    let references: BTreeSet<&str> = parts.iter().map(|part| part["bom-ref"].as_str().unwrap()).collect();
    assert_eq!(references.len(), parts.len(), "each is named once");
    for there in ["tokio-postgres", "rustls", "ring", "age", "ledger", "react", "@chakra-ui/react"] {
        assert!(names.contains(there), "{there}");
    }
    for not_there in ["rcgen", "proptest", "vite", "typescript", "openssl-sys", "aws-lc-sys"] {
        assert!(!names.contains(not_there), "{not_there}");
    }
    let foreign = parts
        .iter()
        .filter(|part| part["purl"].as_str().unwrap().starts_with("pkg:cargo") && !part["hashes"].is_null());
    for part in foreign {
        assert!(part["licenses"][0]["expression"].is_string(), "{part}");
        assert_eq!(part["hashes"][0]["content"].as_str().unwrap().len(), 64, "{part}");
    }
    for edge in bill["dependencies"].as_array().unwrap() {
        for to in edge["dependsOn"].as_array().unwrap() {
            assert!(references.contains(to.as_str().unwrap()), "{to}");
        }
    }
}
