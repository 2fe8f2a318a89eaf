//! An OAuth issuer and what it guards: JWTs, the challenges of RFC 6750, the errors of RFC 6749.

use super::Vendor;
use crate::kit::client::Client;
use crate::kit::data::zulu;
use crate::kit::hooks::{Fault, Hook};
use crate::kit::json::{Edit, ToJson as _, obj};
use crate::kit::service::{Ask, Service, Told, What};
use crate::kit::stage::{API_KEY, CLIENT};
use crate::kit::tokens::{claims, fault, signed, under};
use crate::kit::world::World;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cassettes::json::Json;

pub(crate) static VENDOR: Vendor =
    Vendor { name: "identity", make: |world| Box::new(Identity::new(world)), sessions: &[walk, trouble] };

struct Identity {
    world: World,
    users: Vec<Json>,
    given: i64,
    polls: usize,
}

impl Identity {
    fn new(world: World) -> Self {
        let mut rng = world.rng("users");
        let users = (0..world.things(4)).map(|i| {
            obj! {
                "sub": format!("u_{}", rng.code(12)),
                "name": rng.name(),
                "email": rng.email(),
                "email_verified": world.turn(i, 2),
                "phone_number": world.turn(i, 2).then(|| format!("+1555{}", rng.within(1_000_000, 9_999_999))),
                "updated_at": zulu(world.start - rng.within(1_000, 900_000)),
                "role": world.word(i, &["member", "owner"]),
            }
        });
        let users = users.collect();
        Identity { world, users, given: 0, polls: 0 }
    }

    fn token(&mut self, ask: &Ask<'_>) -> Told {
        let route = "POST /oauth/token";
        let good = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{API_KEY}")));
        let wrong = match ask.header("authorization") {
            None => Some(Fault::Missing),
            Some(value) if value == good => None,
            Some(_) => Some(Fault::Unknown),
        };
        if let Some(fault) = wrong.filter(|fault| !self.world.lies(Hook::Credential(*fault), route)) {
            let told = refuse(route, What::Auth(fault), 401, "invalid_client");
            return told.with("WWW-Authenticate", "Basic realm=\"oauth\"");
        }
        let scope = ask.form("scope").unwrap_or_default();
        match ask.form("grant_type").as_deref() {
            Some("client_credentials") if scope == "everything" => {
                refuse(route, What::Terminal, 400, "invalid_scope")
            }
            Some("client_credentials") => self.give(route, &scope),
            Some("refresh_token") => refuse(route, What::Terminal, 400, "invalid_grant"),
            Some("device_code") => {
                self.polls += 1;
                if self.polls < 3 {
                    return refuse(route, What::Retryable, 400, "authorization_pending");
                }
                self.give(route, "read")
            }
            Some(_) => refuse(route, What::Invalid, 400, "unsupported_grant_type"),
            None => refuse(route, What::Invalid, 400, "invalid_request"),
        }
    }

    fn give(&mut self, route: &'static str, scope: &str) -> Told {
        self.given += 1;
        let mut claims = claims(self.world.now(), scope);
        claims.put("jti", format!("{}-{}", self.world.seed, self.given));
        let document = obj! { "access_token": signed(&claims), "token_type": "Bearer", "expires_in": 3_000_i64, "scope": scope };
        Told::new(route, What::Made, 200).json(&document).with("Cache-Control", "no-store")
    }

    /// Who asks, or why not.
    fn refused(&self, ask: &Ask<'_>, route: &'static str, scope: Option<&str>) -> Option<Told> {
        let header = ask.header("authorization");
        let token = header.as_deref().and_then(|value| value.strip_prefix("Bearer "));
        let fault = fault(token, self.world.now(), scope)?;
        if self.world.lies(Hook::Credential(fault), route) {
            return None;
        }
        let (status, code, challenge) = match fault {
            Fault::Missing => (401, "unauthorized", "Bearer realm=\"vendor\"".to_owned()),
            Fault::Scope => {
                let scope = scope.unwrap_or_default();
                (
                    403,
                    "insufficient_scope",
                    format!("Bearer realm=\"vendor\", error=\"insufficient_scope\", scope=\"{scope}\""),
                )
            }
            _ => (
                401,
                "invalid_token",
                "Bearer realm=\"vendor\", error=\"invalid_token\", error_description=\"no\"".to_owned(),
            ),
        };
        Some(refuse(route, What::Auth(fault), status, code).with("WWW-Authenticate", challenge))
    }

    fn user(&mut self, ask: &Ask<'_>, id: &str) -> Told {
        let route = "GET /users/{id}";
        let found = self.users.iter().find(|u| u.text_at("/sub").as_deref() == Some(id)).cloned();
        let refused = self.refused(ask, route, Some("admin"));
        let missing = refuse(route, What::Miss, 404, "user_not_found");
        if refused.is_some() && found.is_none() && self.world.lies(Hook::MissBeforeAuth, route) {
            return missing;
        }
        refused
            .unwrap_or_else(|| found.map_or(missing, |user| Told::new(route, What::Thing, 200).json(&user)))
    }

    fn introspect(&self, ask: &Ask<'_>) -> Told {
        let route = "POST /oauth/introspect";
        let active = fault(ask.form("token").as_deref(), self.world.now(), None).is_none();
        let document = if active {
            obj! { "active": true, "scope": "read", "client_id": CLIENT, "token_type": "Bearer", "sub": "user-8841" }
        } else {
            obj! { "active": false }
        };
        Told::new(route, What::Thing, 200).json(&document)
    }
}

fn refuse(route: &'static str, what: What, status: u16, code: &str) -> Told {
    Told::new(route, what, status)
        .json(&obj! { "error": code, "error_description": format!("It is {code}.") })
}

impl Service for Identity {
    fn world(&mut self) -> &mut World {
        &mut self.world
    }

    fn answer(&mut self, ask: &Ask<'_>) -> Told {
        let segments = ask.0.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (ask.method(), path.as_slice()) {
            ("POST", ["oauth", "token"]) => self.token(ask),
            ("POST", ["oauth", "introspect"]) => self.introspect(ask),
            ("GET", ["userinfo"]) => {
                let route = "GET /userinfo";
                let told = Told::new(route, What::Thing, 200).json(&self.users[0]);
                self.refused(ask, route, None).unwrap_or(told)
            }
            ("GET", ["users"]) => {
                let route = "GET /users";
                let told = Told::new(route, What::Page { more: false }, 200)
                    .json(&obj! { "users": self.users.clone() });
                self.refused(ask, route, Some("admin")).unwrap_or(told)
            }
            ("GET", ["users", id]) => self.user(ask, id),
            _ => refuse("other", What::Miss, 404, "no_route"),
        }
    }
}

fn basic(key: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{CLIENT}:{key}")))
}

fn walk(client: &mut Client) {
    let auth = basic(API_KEY);
    let grant = |scope: &str| format!("grant_type=client_credentials&scope={scope}");
    let given = client.form("/oauth/token", &[("authorization", &auth)], &grant("read"));
    client.form("/oauth/token", &[("authorization", &auth)], &grant("read"));
    client.always("authorization", &format!("Bearer {}", given.at("/access_token")));
    client.get("/userinfo");
    let token = client.form("/oauth/token", &[("authorization", &auth)], &grant("admin")).at("/access_token");
    client.always("authorization", &format!("Bearer {token}"));
    let users = client.get("/users");
    client.get(&format!("/users/{}", users.at("/users/0/sub")));
    client.get(&format!("/users/{}", users.at("/users/1/sub")));
    client.get("/users/u_nobody");
    client.form("/oauth/introspect", &[], &format!("token={token}"));
    client.form("/oauth/introspect", &[], "token=garbage");
}

fn trouble(client: &mut Client) {
    let now = client.start();
    let good = claims(now, "read");
    let with = |name: &str, value: Option<Json>| {
        let mut claims = good.clone();
        match value {
            Some(value) => claims.put(name, value),
            None => drop(claims.take(name)),
        }
        signed(&claims)
    };
    let header = |alg: &str, kid: &str| obj! { "alg": alg, "typ": "JWT", "kid": kid };
    let tokens = [
        signed(&good),
        with("exp", None),
        with("exp", Some((now - 600).json())),
        with("nbf", Some((now + 900).json())),
        with("iss", Some("https://id.elsewhere.test".json())),
        with("aud", Some("https://other.elsewhere.test".json())),
        under(&header("none", "k1"), &good, b""),
        under(&header("HS512", "k1"), &good, crate::kit::stage::KEY),
        under(&header("HS256", "k9"), &good, crate::kit::stage::KEY),
        under(&header("HS256", "k1"), &good, b"not the key that it should be signed with"),
    ];
    client.get("/userinfo");
    client.get_with("/userinfo", &[("authorization", "Bearer not-a-token-at-all")]);
    for token in &tokens {
        client.get_with("/userinfo", &[("authorization", &format!("Bearer {token}"))]);
    }
    let bearer = |token: &str| format!("Bearer {token}");
    client.get_with("/users", &[("authorization", &bearer(&signed(&good)))]);
    let admin = signed(&claims(now, "read admin"));
    let users = client.get_with("/users", &[("authorization", &bearer(&admin))]);
    client.get_with("/users/u_nobody", &[("authorization", &bearer(&tokens[2]))]);
    client.get_with("/users/u_nobody", &[("authorization", &bearer(&admin))]);
    let path = format!("/users/{}", users.at("/users/0/sub"));
    client.get_with(&path, &[("authorization", &bearer(&admin))]);
    client.get_with(&path, &[("authorization", &bearer(&tokens[0]))]);
    client.get_with(&path, &[("authorization", &bearer(&tokens[2]))]);
    let auth = basic(API_KEY);
    client.form("/oauth/token", &[], "grant_type=client_credentials&scope=read");
    client.form(
        "/oauth/token",
        &[("authorization", &basic("wrong-secret-of-nobody"))],
        "grant_type=client_credentials&scope=read",
    );
    client.form(
        "/oauth/token",
        &[("authorization", &auth)],
        "grant_type=client_credentials&scope=everything",
    );
    client.form(
        "/oauth/token",
        &[("authorization", &auth)],
        "grant_type=refresh_token&refresh_token=rt_none",
    );
    client.form("/oauth/token", &[("authorization", &auth)], "grant_type=magic");
    client.form("/oauth/token", &[("authorization", &auth)], "scope=read");
    for _ in 0..3 {
        client.form(
            "/oauth/token",
            &[("authorization", &auth)],
            "grant_type=device_code&device_code=GmRh-mmes",
        );
    }
}
