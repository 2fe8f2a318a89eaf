//! Exchanges and fakes as JSON, for scripts to read.

use crate::Fake;
use crate::kit::json::{ToJson as _, obj};
use crate::kit::service::Told;
use crate::operators::Survey;
use crate::operators::survey::act;
use cassettes::json::Json;
use cassettes::model::{Headers, Request};

/// One question and its answer.
pub(crate) fn exchange(request: &Request, told: &Told) -> Json {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let reply = told.reply();
    obj! {
        "method": request.method.as_str(),
        "target": request.target.as_str(),
        "headers": fields(&request.headers),
        "body": text(request.body.bytes()),
        "route": told.route,
        "what": format!("{:?}", told.what),
        "status": reply.map(|r| i64::from(r.status)),
        "reply_headers": reply.map(|r| fields(&r.headers)),
        "reply_body": reply.map(|r| text(r.body.bytes())),
    }
}

fn fields(headers: &Headers) -> Json {
    let pair =
        |(name, value): (&str, &[u8])| vec![name.to_owned(), String::from_utf8_lossy(value).into_owned()];
    headers.iter().map(pair).collect::<Vec<_>>().json()
}

/// The recordings of a vendor, and its fakes with the requests that a client makes of the honest mock behind them.
pub(crate) fn describe(survey: &Survey, fakes: &[Fake]) -> Json {
    let session =
        |asked: &Vec<(Request, Told)>| asked.iter().map(|(r, t)| exchange(r, t)).collect::<Vec<Json>>();
    let asked =
        |sessions: &Vec<Vec<(Request, Told)>>| sessions.iter().map(session).collect::<Vec<_>>().json();
    let one = |fake: &Fake| {
        let own = fake.rules.is_none().then(|| asked(&act(survey.vendor, &fake.cast)));
        obj! {
            "id": fake.id.as_str(),
            "operator": fake.operator.as_str(),
            "at": fake.at.as_str(),
            "honest": fake.rules.is_none(),
            "rules": fake.rules.iter().flatten().copied().collect::<Vec<&str>>(),
            "asked": own,
        }
    };
    obj! {
        "vendor": survey.vendor.name,
        "real": asked(&survey.real),
        "mock": asked(&survey.mock),
        "fakes": fakes.iter().map(one).collect::<Vec<_>>(),
    }
}
