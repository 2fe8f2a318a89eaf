//! The recorded walks through listings, and which of their pages were asked for.

use super::which::{Asked, Which};
use crate::admin::desk::{Desk, Plays};
use crate::admin::problem::Problem;
use crate::tape::Tape;
use axum::Json;
use axum::extract::State;
use cassettes::facets::pagination::{self, slot_value};
use cassettes::model::{Exchange, Request};
use serde::Serialize;
use std::sync::Arc;
use tokio::task::spawn_blocking;

/// So many exchanges are looked at: what people look at is not longer.
const MOST: usize = 5000;

/// A walk as it was recorded.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Walk {
    /// What was walked: method and path of its first page.
    listing: String,
    /// In order, at least two.
    pages: Vec<Page>,
}

/// A page of a walk.
#[derive(Debug, Clone, Serialize)]
struct Page {
    exchange: String,
    target: String,
    /// What of the page before stands in this one's request, and where; none for the first.
    link: Option<Link>,
    played: u64,
    #[serde(skip)]
    entry: usize,
}

#[derive(Debug, Clone, Serialize)]
struct Link {
    place: String,
    value: Option<String>,
}

pub(super) async fn chains(
    State(desk): State<Arc<Desk>>,
    Asked(which): Asked<Which>,
) -> Result<Json<Vec<Walk>>, Problem> {
    let Plays { tape, plays } = desk.plays(which.session.as_deref());
    let mut walks = spawn_blocking(move || walks(&tape)).await.unwrap_or_default();
    for page in walks.iter_mut().flat_map(|walk| &mut walk.pages) {
        page.played = plays.get(page.entry).copied().unwrap_or_default();
    }
    Ok(Json(walks))
}

fn walks(tape: &Tape) -> Vec<Walk> {
    let exchanges: Vec<Exchange> = tape.entries.iter().take(MOST).map(|entry| entry.restored()).collect();
    let chains = pagination::chains(&exchanges).into_iter();
    let walk = |chain: pagination::Chain| {
        let first = &exchanges[*chain.pages.first()?].request;
        let edges = std::iter::once(None).chain(chain.edges.iter().map(Some));
        let pages = chain.pages.iter().zip(edges).map(|(&entry, edge)| {
            let request = &exchanges[entry].request;
            Page {
                exchange: tape.cite(u32::try_from(entry).unwrap_or(u32::MAX)),
                target: request.target.clone(),
                link: edge.map(|edge| Link {
                    place: edge.slot.to_string(),
                    value: slot_value(request, &edge.slot),
                }),
                played: 0,
                entry,
            }
        });
        Some(Walk { listing: listing(first), pages: pages.collect() })
    };
    chains.filter_map(walk).collect()
}

fn listing(request: &Request) -> String {
    format!("{} {}", request.method, request.path())
}
