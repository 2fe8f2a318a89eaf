//! Every hook, at every route that came to it.

use super::survey::{Mutant, Survey, mock_of};
use crate::kit::world::Place;

pub(super) fn mutants(survey: &Survey) -> Vec<Mutant> {
    let mutant = |&(hook, route): &Place| {
        let mut cast = mock_of(survey.vendor);
        cast.world.lie = Some((hook, route));
        Mutant { operator: hook.name(), at: route.to_owned(), rules: hook.rules().to_vec(), cast }
    };
    survey.places.iter().map(mutant).collect()
}
