//! What a request calls where one path serves many calls: GraphQL, JSON-RPC, SOAP, and the services that
//! name the call in a header or in an `Action` parameter.

use crate::{codec, json::Json, model::Request};

/// Longer names are no names.
const LONGEST: usize = 128;

/// `operationName=ListCustomers`, `method=tools/list`, `X-Amz-Target=DynamoDB.ListTables`,
/// `Action=ListUsers`; none for a request whose path says it all.
pub(super) fn call(request: &Request) -> Option<String> {
    by_header(request).or_else(|| by_action(request.query_pairs())).or_else(|| by_body(request))
}

fn name(text: &str) -> Option<&str> {
    let text = text.trim_matches('"');
    let lawful = |c: char| c.is_alphanumeric() || "_-./:#".contains(c);
    (!text.is_empty() && text.len() <= LONGEST && text.chars().all(lawful)).then_some(text)
}

fn by_header(request: &Request) -> Option<String> {
    request.headers.iter().find_map(|(field, value)| {
        let field = field.to_ascii_lowercase();
        if !(field.ends_with("-target") || field == "soapaction" || field.ends_with("-action"))
            || field.starts_with("sec-")
        {
            return None;
        }
        let called = name(std::str::from_utf8(value).ok()?.trim())?.to_owned();
        let title = field.split('-').map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        });
        Some(format!("{}={called}", title.collect::<Vec<_>>().join("-")))
    })
}

fn by_action(pairs: Vec<(String, String)>) -> Option<String> {
    let (_, value) = pairs.into_iter().find(|(n, _)| n.eq_ignore_ascii_case("action"))?;
    Some(format!("Action={}", name(&value)?))
}

fn by_body(request: &Request) -> Option<String> {
    let query = request.query_pairs();
    let in_query = |wanted: &str| query.iter().find(|(n, _)| n == wanted).map(|(_, v)| v.as_str());
    if let Some(called) = in_query("operationName").and_then(name) {
        return Some(format!("operationName={called}"));
    }
    if request.body.is_empty() {
        return in_query("query").and_then(graphql);
    }
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        let text = |member: &str| json.get(member).and_then(Json::as_str);
        if let Some(called) = text("operationName").and_then(name) {
            return Some(format!("operationName={called}"));
        }
        if json.get("jsonrpc").is_some() {
            return Some(format!("method={}", name(text("method")?)?));
        }
        return text("query").and_then(graphql);
    }
    if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        let text = codec::text_of(&request.headers, &request.body)?;
        return by_action(Request::new("", format!("?{text}")).query_pairs());
    }
    None
}

/// The name of a GraphQL document's first operation, or its first field where it has none.
fn graphql(document: &str) -> Option<String> {
    let lines = document.lines().map(|line| line.split('#').next().unwrap_or_default());
    let document: String = lines.collect::<Vec<_>>().join(" ");
    let document = document.trim();
    let (head, body) = document.split_once('{')?;
    let mut words = head.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty());
    match words.next() {
        Some("query" | "mutation" | "subscription") => {
            let named = head.split('(').next().unwrap_or_default().split_whitespace().nth(1);
            if let Some(called) = named.and_then(name) {
                return Some(format!("operationName={called}"));
            }
        }
        None => {}
        Some(_) => return None,
    }
    let field = body.trim_start().split(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
    (!field.is_empty()).then(|| format!("query={field}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, Headers};

    #[test]
    fn calls_are_named() {
        let post = |body: &str| Request { body: Body::from(body.to_owned()), ..Request::new("POST", "/") };
        let of = |request: &Request| call(request).unwrap_or_default();
        assert_eq!(
            of(&post(r#"{"operationName":"ListCustomers","query":"query X {a}"}"#)),
            "operationName=ListCustomers"
        );
        assert_eq!(
            of(&post(r##"{"query":"# c\nquery One($a: ID!) { customer(id: $a) { id } }"}"##)),
            "operationName=One"
        );
        assert_eq!(of(&post(r#"{"query":"{ customer(id: 1) { id } }"}"#)), "query=customer");
        assert_eq!(of(&post(r#"{"query":"mutation { charge { id } }"}"#)), "query=charge");
        assert_eq!(of(&post(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#)), "method=tools/list");
        assert_eq!(of(&post(r#"{"query":"name:foo {x"}"#)), "", "a search is no GraphQL");
        assert_eq!(of(&Request::new("GET", "/?Action=ListUsers&Version=2010-05-08")), "Action=ListUsers");
        let mut form = post("Version=1&Action=SendMessage");
        form.headers = Headers::from_pairs([("Content-Type", "application/x-www-form-urlencoded")]);
        assert_eq!(of(&form), "Action=SendMessage");
        let mut header = post("{}");
        header.headers.push("x-amz-target", "DynamoDB_20120810.ListTables");
        assert_eq!(of(&header), "X-Amz-Target=DynamoDB_20120810.ListTables");
        assert_eq!(call(&Request::new("GET", "/v1/x?q=1")), None);
    }
}
