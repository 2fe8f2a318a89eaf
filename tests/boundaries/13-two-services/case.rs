//! The bug in the gap between two services.

mod services;

use crate::contract::{Contract, Run, Service};

pub(crate) static CONTRACT: Contract = Contract {
    folder: "13-two-services",
    services: &[
        Service {
            name: "display",
            at: "http://127.0.0.1:8001",
            start: services::display,
            repaired: services::repaired,
            targets: &["/items/1", "/items/2", "/items/3", "/items/9"],
        },
        Service {
            name: "validation",
            at: "http://127.0.0.1:8002",
            start: services::validation,
            repaired: services::validation,
            targets: &["/stock/1", "/stock/2", "/stock/3", "/stock/9"],
        },
    ],
    runs: &[
        Run {
            name: "disagree",
            contract: "contract.yaml",
            repaired: false,
            finds: &["definitions-disagree"],
        },
        Run { name: "agree", contract: "contract.yaml", repaired: true, finds: &[] },
        // As the contract was before anybody sold coupons: its cases agree, and that is no comfort.
        Run { name: "uncovered", contract: "before.yaml", repaired: false, finds: &["case-uncovered"] },
    ],
};
