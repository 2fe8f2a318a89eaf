//! The variables by which programs are led through a proxy and made to trust the authority.

use super::Files;
use crate::env;

/// What the usual runtimes read: where the proxy is, that nobody is asked around it, and whom to trust.
pub(crate) fn proxy_variables(proxy: &str, files: &Files) -> Vec<(String, String)> {
    let mut variables = trust_variables(files);
    variables.push(("TRUETAPE_PROXY".to_owned(), proxy.to_owned()));
    // Some read the one case, some the other; curl takes only the lower one for http.
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        variables.push((name.to_owned(), proxy.to_owned()));
        variables.push((name.to_ascii_lowercase(), proxy.to_owned()));
    }
    // Emptied: whoever listens on this machine is asked through the proxy as well.
    for name in ["NO_PROXY", "no_proxy"] {
        variables.push((name.to_owned(), String::new()));
    }
    // Node reads the others only if it is told to (22.21, 24.5 and later).
    variables.push(("NODE_USE_ENV_PROXY".to_owned(), "1".to_owned()));
    if let Some((_, java)) = variables.iter_mut().find(|(name, _)| name == JAVA) {
        java.push_str(&java_proxy(proxy));
    }
    variables
}

/// What the usual runtimes read to know whom to trust.
pub(crate) fn trust_variables(files: &Files) -> Vec<(String, String)> {
    let certificate = files.certificate.to_string_lossy().into_owned();
    let bundle = files.bundle.to_string_lossy().into_owned();
    let mut variables = vec![("TRUETAPE_CA".to_owned(), certificate.clone())];
    // Added to what is trusted.
    for name in ["NODE_EXTRA_CA_CERTS", "DENO_CERT"] {
        variables.push((name.to_owned(), certificate.clone()));
    }
    // Put in the place of what is trusted.
    const WHOLE: [&str; 10] = [
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "AWS_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "HTTPLIB2_CA_CERTS",
        "PIP_CERT",
        // A `cafile` of its own settings would be all that npm trusts.
        "npm_config_cafile",
        "CARGO_HTTP_CAINFO",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    ];
    variables.extend(WHOLE.map(|name| (name.to_owned(), bundle.clone())));
    variables.push((JAVA.to_owned(), java_trust(&files.store.to_string_lossy())));
    variables
}

/// What every Java runtime reads.
const JAVA: &str = "JAVA_TOOL_OPTIONS";

/// After whatever the user gives it.
fn java_trust(store: &str) -> String {
    let given = env::var(JAVA).map_or(String::new(), |given| format!("{given} "));
    let quote = if store.contains(char::is_whitespace) { "\"" } else { "" };
    let password = wire::ca::PASSWORD;
    format!(
        "{given}{quote}-Djavax.net.ssl.trustStore={store}{quote} -Djavax.net.ssl.trustStoreType=JKS \
         -Djavax.net.ssl.trustStorePassword={password}"
    )
}

fn java_proxy(proxy: &str) -> String {
    let (_, authority) = proxy.split_once("://").unwrap_or(("", proxy));
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let of = |scheme: &str| format!(" -D{scheme}.proxyHost={host} -D{scheme}.proxyPort={port}");
    // Without the last one Java asks this machine around every proxy.
    format!("{}{} -Dhttp.nonProxyHosts=", of("http"), of("https"))
}
