// reqwest as it is out of the box: pages, a search, a redirect, writes, a busy answer, a slow one.

use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = std::env::var("TRUETAPE_URL")?;
    let at = |path: &str| format!("{base}{path}");
    let client = reqwest::Client::new();
    let mut after = json!(0);
    while !after.is_null() {
        let asked = client.get(at("/v1/books")).query(&[("after", after.to_string())]);
        let page: Value = asked.send().await?.json().await?;
        println!("{}", page["books"]);
        after = page["next"].clone();
    }
    let search = [("q", "war and peace"), ("tag", "a/b"), ("sort", "title:asc")];
    println!("{}", client.get(at("/v1/search")).query(&search).send().await?.text().await?);
    println!("{}", client.get(at("/v1/catalogue")).send().await?.status());
    let loan = json!({"book": 1, "days": 14, "reader": "Zoë"});
    println!("{}", client.post(at("/v1/loans")).json(&loan).send().await?.status());
    let note = [("text", "read it"), ("page", "7")];
    println!("{}", client.post(at("/v1/notes")).form(&note).send().await?.status());
    println!("{}", client.delete(at("/v1/loans/7")).bearer_auth("of-the-upgrades").send().await?.status());
    println!("{}", client.get(at("/v1/busy")).send().await?.status());
    println!("{}", client.get(at("/v1/reports/monthly")).send().await?.text().await?);
    Ok(())
}
