//! The gallery of boundaries: services that are harder than their mocks, cassettes recorded from them, and
//! what `verify` says of over-optimistic and of honest mocks. `docs/boundaries.md` tells their stories.
//!
//! `TRUETAPE_BLESS=1` records the cassettes anew and writes all reports; `TRUETAPE_BLESS=reports` keeps the
//! cassettes.

mod case;
mod check;
mod conduct;
mod contract;
mod drift;
mod gallery;
mod http;
mod web;

#[path = "../support/client.rs"]
#[expect(dead_code, reason = "other tests look at more of an answer")]
mod client;
#[path = "../support/run.rs"]
#[expect(dead_code, reason = "other tests end a run in more ways")]
mod run;
#[path = "../support/upstream.rs"]
#[expect(dead_code, reason = "other tests break connections")]
mod upstream;

#[path = "04-error-classes/case.rs"]
mod error_classes;
#[path = "07-key-order/case.rs"]
mod key_order;
#[path = "03-mixed-requests/case.rs"]
mod mixed_requests;
#[path = "12-money/case.rs"]
mod money;
#[path = "10-not-found/case.rs"]
mod not_found;
#[path = "11-number-locale/case.rs"]
mod number_locale;
#[path = "01-pagination/case.rs"]
mod pagination;
#[path = "02-slow-report/case.rs"]
mod slow_report;
#[path = "06-sorted-in-place/case.rs"]
mod sorted_in_place;
#[path = "05-time-zones/case.rs"]
mod time_zones;
#[path = "09-token-expiry/case.rs"]
mod token_expiry;
#[path = "13-two-services/case.rs"]
mod two_services;
#[path = "08-unread-bodies/case.rs"]
mod unread_bodies;

static CASES: &[&case::Case] = &[
    &pagination::CASE,
    &slow_report::CASE,
    &error_classes::CASE,
    &time_zones::CASE,
    &sorted_in_place::CASE,
    &key_order::CASE,
    &token_expiry::CASE,
    &not_found::CASE,
    &number_locale::CASE,
    &money::CASE,
];

static CONDUCTS: &[&conduct::Conduct] = &[
    &pagination::CONDUCT,
    &slow_report::CONDUCT,
    &mixed_requests::CONDUCT,
    &error_classes::CONDUCT,
    &time_zones::CONDUCT,
    &key_order::CONDUCT,
    &unread_bodies::CONDUCT,
    &token_expiry::CONDUCT,
    &number_locale::CONDUCT,
    &money::CONDUCT,
];

static CONTRACTS: &[&contract::Contract] = &[&two_services::CONTRACT];

static DRIFTS: &[&drift::Drift] = &[&slow_report::DRIFT, &token_expiry::DRIFT];

#[test]
fn a_mock_that_ignores_pagination() {
    check::check(&pagination::CASE);
}

#[test]
fn a_mock_that_answers_at_once() {
    check::check(&slow_report::CASE);
}

#[test]
fn a_mock_with_one_generic_failure() {
    check::check(&error_classes::CASE);
}

#[test]
fn a_mock_in_one_time_zone() {
    check::check(&time_zones::CASE);
}

#[test]
fn a_mock_that_sorts_its_own_list() {
    check::check(&sorted_in_place::CASE);
}

#[test]
fn a_mock_that_keeps_an_order() {
    check::check(&key_order::CASE);
}

#[test]
fn a_mock_that_takes_any_token() {
    check::check(&token_expiry::CASE);
}

#[test]
fn a_mock_that_always_finds() {
    check::check(&not_found::CASE);
}

#[test]
fn a_mock_without_grouped_digits() {
    check::check(&number_locale::CASE);
}

#[test]
fn a_mock_whose_money_went_through_a_float() {
    check::check(&money::CASE);
}

#[test]
fn a_client_that_counts_one_page() {
    conduct::check(&pagination::CONDUCT);
}

#[test]
fn a_client_that_waits_five_seconds() {
    conduct::check(&slow_report::CONDUCT);
}

#[test]
fn a_client_whose_threads_share_a_request() {
    conduct::check(&mixed_requests::CONDUCT);
}

#[test]
fn a_client_that_tries_everything_again() {
    conduct::check(&error_classes::CONDUCT);
}

#[test]
fn a_client_that_takes_the_wall_clock_for_the_moment() {
    conduct::check(&time_zones::CONDUCT);
}

#[test]
fn a_client_that_signs_in_the_order_of_a_map() {
    conduct::check(&key_order::CONDUCT);
}

#[test]
fn a_client_that_gives_no_connection_back() {
    conduct::check(&unread_bodies::CONDUCT);
}

#[test]
fn a_client_whose_tokens_never_end() {
    conduct::check(&token_expiry::CONDUCT);
}

#[test]
fn a_client_that_parses_by_locale() {
    conduct::check(&number_locale::CONDUCT);
}

#[test]
fn a_client_that_adds_up_floats() {
    conduct::check(&money::CONDUCT);
}

#[test]
fn an_upgrade_that_waits_five_seconds() {
    drift::check(&slow_report::DRIFT);
}

#[test]
fn an_upgrade_whose_tokens_never_end() {
    drift::check(&token_expiry::DRIFT);
}

#[test]
fn two_services_with_one_number() {
    contract::check(&two_services::CONTRACT);
}
