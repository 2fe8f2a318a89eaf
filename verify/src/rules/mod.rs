//! The shelf of rules, one file each. A new rule is a new file, a `mod` line and a line in [`RULES`].

mod absence_confused;
mod auth_classes_merged;
mod bad_cursor_accepted;
mod challenge_changed;
mod challenge_missing;
mod check_order_changed;
mod credential_not_needed;
mod cursor_ignored;
mod delete_restyled;
mod delete_without_effect;
mod echo_broken;
mod empty_never;
mod error_accepted;
mod error_class_changed;
mod error_class_collapsed;
mod error_code_changed;
mod error_code_missing;
mod error_shape_changed;
mod etag_static;
mod evidence_happy_only;
mod evidence_old;
mod field_invented;
mod field_missing;
mod gone_collapsed;
mod header_missing;
mod id_form_changed;
mod id_static;
mod idempotency_conflict_never;
mod idempotency_ignored;
mod kind_changed;
mod latency_free;
mod limit_changes_result;
mod media_type_changed;
mod method_accepted;
mod never_seen;
mod not_found_invented;
mod not_found_restyled;
mod not_modified_never;
mod null_never;
mod number_form_narrowed;
mod number_kind_changed;
mod number_rounded;
mod number_text_changed;
mod optional_always_present;
mod order_changed;
mod order_narrowed;
mod page_cap_ignored;
mod page_end_wrong;
mod page_overlap;
mod page_signal_missing;
mod page_size_uneven;
mod pagination_flattened;
mod rate_limit_never;
mod read_changes_state;
mod redirect_hidden;
mod retry_hint_missing;
mod retry_hint_restyled;
mod retryability_swapped;
mod rule;
mod shared_state_leak;
mod status_changed;
mod success_refused;
mod success_shaped_failure;
mod time_form_narrowed;
mod time_frozen;
mod time_kind_changed;
mod token_accepted;
mod transport_failure_never;
mod unanswerable;
mod validation_never;
mod value_set_narrowed;
mod value_unknown;
mod variant_missing;
mod write_not_read_back;

pub(crate) use header_missing::matters as acted_on;
pub(crate) use limit_changes_result::{Group as ListingGroup, group as listing_group};
pub use rule::{GROUPS, Rule};

/// Every rule, in alphabetical order.
pub static RULES: &[&Rule] = &[
    &absence_confused::RULE,
    &auth_classes_merged::RULE,
    &bad_cursor_accepted::RULE,
    &challenge_changed::RULE,
    &challenge_missing::RULE,
    &check_order_changed::RULE,
    &credential_not_needed::RULE,
    &cursor_ignored::RULE,
    &delete_restyled::RULE,
    &delete_without_effect::RULE,
    &echo_broken::RULE,
    &empty_never::RULE,
    &error_accepted::RULE,
    &error_class_changed::RULE,
    &error_class_collapsed::RULE,
    &error_code_changed::RULE,
    &error_code_missing::RULE,
    &error_shape_changed::RULE,
    &etag_static::RULE,
    &evidence_happy_only::RULE,
    &evidence_old::RULE,
    &field_invented::RULE,
    &field_missing::RULE,
    &gone_collapsed::RULE,
    &header_missing::RULE,
    &id_form_changed::RULE,
    &id_static::RULE,
    &idempotency_conflict_never::RULE,
    &idempotency_ignored::RULE,
    &kind_changed::RULE,
    &latency_free::RULE,
    &limit_changes_result::RULE,
    &media_type_changed::RULE,
    &method_accepted::RULE,
    &never_seen::RULE,
    &not_found_invented::RULE,
    &not_found_restyled::RULE,
    &not_modified_never::RULE,
    &null_never::RULE,
    &number_form_narrowed::RULE,
    &number_kind_changed::RULE,
    &number_rounded::RULE,
    &number_text_changed::RULE,
    &optional_always_present::RULE,
    &order_changed::RULE,
    &order_narrowed::RULE,
    &page_cap_ignored::RULE,
    &page_end_wrong::RULE,
    &page_overlap::RULE,
    &page_signal_missing::RULE,
    &page_size_uneven::RULE,
    &pagination_flattened::RULE,
    &rate_limit_never::RULE,
    &read_changes_state::RULE,
    &redirect_hidden::RULE,
    &retry_hint_missing::RULE,
    &retry_hint_restyled::RULE,
    &retryability_swapped::RULE,
    &shared_state_leak::RULE,
    &status_changed::RULE,
    &success_refused::RULE,
    &success_shaped_failure::RULE,
    &time_form_narrowed::RULE,
    &time_frozen::RULE,
    &time_kind_changed::RULE,
    &token_accepted::RULE,
    &transport_failure_never::RULE,
    &unanswerable::RULE,
    &validation_never::RULE,
    &value_set_narrowed::RULE,
    &value_unknown::RULE,
    &variant_missing::RULE,
    &write_not_read_back::RULE,
];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.meta.name == name)
}

#[cfg(test)]
mod tests;
