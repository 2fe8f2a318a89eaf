use base64::Engine as _;
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::error_of;
use cassettes::facets::not_found::miss_of;
use cassettes::facets::retry_hint::retry_hint;
use cassettes::json::Json;
use cassettes::model::{Headers, Request, Response};

#[test]
fn corpora() {
    let text = std::fs::read_to_string("/tmp/tt/e2_corpora.jsonl").expect("made");
    for line in text.lines() {
        let j = Json::parse(line.as_bytes()).expect("json");
        let s = |n: &str| j.get(n).and_then(Json::scalar_text).unwrap_or_default().to_owned();
        let h = |n: &str| {
            Headers::from_pairs(
                j.get(n)
                    .map(|l| {
                        l.items()
                            .iter()
                            .map(|p| {
                                (
                                    p.items()[0].as_str().unwrap_or("").to_owned(),
                                    p.items()[1].as_str().unwrap_or("").to_owned(),
                                )
                            })
                            .collect::<Vec<_>>()
                    })
                    .unwrap_or_default(),
            )
        };
        let b = |n: &str| base64::engine::general_purpose::STANDARD.decode(s(n)).unwrap_or_default();
        let request = Request {
            method: s("method"),
            target: s("target"),
            headers: h("qh"),
            body: b("qb").into(),
            trailers: Headers::new(),
        };
        let status: u16 = s("status").parse().expect("status");
        let response = Response::new(status, h("rh"), b("rb"));
        let e = error_of(&response, Some(&request));
        let m = miss_of(&request, &response);
        let hint = retry_hint(&response);
        let creds: Vec<_> = credentials(&request).into_iter().map(|c| c.place.0).collect();
        if e.is_some() || m.is_some() || hint.is_some() || status >= 400 {
            println!(
                "@@ {status} {} {} | {:?} {:?} | codes {} | prose {:?} | miss {m:?} | hint {hint:?} | creds {creds:?} | {}",
                request.method,
                request.target,
                e.as_ref().map(|e| e.class),
                e.as_ref().map(|e| e.envelope),
                e.as_ref()
                    .map(|e| e
                        .codes
                        .iter()
                        .map(|c| format!("{}={}", c.at, c.key()))
                        .collect::<Vec<_>>()
                        .join(" "))
                    .unwrap_or_default(),
                e.as_ref().map(|e| e.prose.iter().map(|p| p.to_string()).collect::<Vec<_>>()),
                String::from_utf8_lossy(&response.body.bytes()[..response.body.len().min(160)])
                    .replace('\n', " ")
            );
        }
    }
}
