//! The contract's file and what it names.

use crate::{
    commands::replay,
    exit::Stop,
    settings::Settings,
    ui::{Flags, count},
};
use cassettes::model::Cassette;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use verify::contract::matrix::{Asks, Contract, ContractError};

/// A contract, and where what it names stands.
pub(super) struct Read {
    pub(super) contract: Contract,
    /// As the user named it.
    pub(super) file: String,
    /// Where its commands run and its cassettes stand.
    pub(super) directory: PathBuf,
}

/// Reads a contract.
pub(super) fn read(path: &Path, settings: &Settings) -> Result<Read, Stop> {
    let file = path.to_string_lossy().into_owned();
    let text = std::fs::read(path).map_err(|e| {
        Stop::usage(
            format!("{file}: reading the contract: {e}"),
            "name a contract: truetape contract run CASES",
        )
    })?;
    let secrets: Vec<&str> = settings.secrets.keys().map(String::as_str).collect();
    let contract = Contract::parse(&text, &secrets).map_err(|error| {
        let ContractError { line, column, what, hint, .. } = error;
        let hint = hint.unwrap_or_else(|| "docs/guides/contracts.md shows whole contracts".to_owned());
        Stop::usage(format!("{file}:{line}:{column}: {what}"), hint)
    })?;
    let directory = path.parent().unwrap_or(Path::new("")).to_owned();
    Ok(Read { contract, file, directory })
}

/// The cassettes that a contract names, each loaded once, by the names that it gives them.
pub(super) struct Loaded {
    pub(super) paths: Vec<PathBuf>,
    pub(super) cassettes: Vec<Cassette>,
    places: BTreeMap<String, usize>,
}

impl Loaded {
    pub(super) fn of(read: &Read, ui: &Flags) -> Result<Loaded, Stop> {
        let mut loaded = Loaded { paths: Vec::new(), cassettes: Vec::new(), places: BTreeMap::new() };
        let asked = read.contract.implementations.iter().filter_map(|one| match &one.asks {
            Asks::Cassette(file, _) => Some(file),
            Asks::Http(_) | Asks::Started(..) | Asks::Exec(_) => None,
        });
        let covered = read.contract.covers.iter().flat_map(|covers| &covers.files);
        for file in asked.chain(covered).collect::<BTreeSet<_>>() {
            let path = read.directory.join(file);
            let cassettes = replay::load(std::slice::from_ref(&path), ui)?;
            loaded.places.insert(file.clone(), loaded.cassettes.len());
            loaded.paths.push(path);
            loaded.cassettes.extend(cassettes);
        }
        Ok(loaded)
    }

    /// The cassette that the contract calls so.
    pub(super) fn find(&self, file: &str) -> Option<&Cassette> {
        self.places.get(file).and_then(|at| self.cassettes.get(*at))
    }
}

/// What is asked and judged, of all that could be.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Places of cases in the contract.
    pub(super) cases: Vec<usize>,
    only: Vec<String>,
    skip: Vec<String>,
}

impl Wanted {
    /// Names are those of cases and of clauses.
    pub(super) fn of(
        contract: &Contract,
        only: &[String],
        skip: &[String],
        clauses: &[&str],
    ) -> Result<Wanted, Stop> {
        let is_case = |name: &String| contract.cases.iter().any(|case| case.name == *name);
        let is_clause = |name: &String| clauses.contains(&name.as_str());
        if let Some(name) = only.iter().chain(skip).find(|name| !is_case(name) && !is_clause(name)) {
            return Err(Stop::usage(
                format!("there is no case and no kind of finding `{name}`"),
                format!(
                    "the contract has {}; findings are {}",
                    count(contract.cases.len(), "case"),
                    clauses.join(", ")
                ),
            ));
        }
        let only_cases: Vec<&String> = only.iter().filter(|name| is_case(name) && !is_clause(name)).collect();
        let asked =
            |name: &String| (only_cases.is_empty() || only_cases.contains(&name)) && !skip.contains(name);
        let cases = (0..contract.cases.len()).filter(|at| asked(&contract.cases[*at].name)).collect();
        let kept = |names: &[String]| names.iter().filter(|name| is_clause(name)).cloned().collect();
        Ok(Wanted { cases, only: kept(only), skip: kept(skip) })
    }

    /// Whether a clause, or the notice of expired ignores, judges.
    pub(super) fn has(&self, clause: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|one| one == clause);
        (self.only.is_empty() || named(&self.only)) && !named(&self.skip)
    }

    /// Whether everything is asked and judged.
    pub(super) fn is_whole(&self, contract: &Contract) -> bool {
        self.only.is_empty() && self.skip.is_empty() && self.cases.len() == contract.cases.len()
    }
}
