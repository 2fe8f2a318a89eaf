//! Names of headers that say whose key they carry.

/// Whether a header's name says whose key it carries: `X-Tenant-Key`, `X-Vault-Token`.
pub(crate) fn is_someones_key(name: &str) -> bool {
    const WHOSE: [&str; 24] = [
        "tenant",
        "client",
        "service",
        "functions",
        "vault",
        "app",
        "application",
        "account",
        "admin",
        "master",
        "partner",
        "merchant",
        "project",
        "org",
        "organization",
        "team",
        "user",
        "developer",
        "consumer",
        "shop",
        "server",
        "site",
        "license",
        "secret",
    ];
    let parts: Vec<&str> = name.split(['-', '_']).collect();
    matches!(parts.as_slice(), [.., whose, "key" | "token" | "secret"] if WHOSE.contains(whose))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_belong_to_somebody() {
        for name in ["x-tenant-key", "x-vault-token", "x_app_secret", "client-key"] {
            assert!(is_someones_key(name), "{name}");
        }
        for name in ["idempotency-key", "surrogate-key", "x-next-page-token", "tenant", "x-key"] {
            assert!(!is_someones_key(name), "{name}");
        }
    }
}
