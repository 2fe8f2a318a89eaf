//! `record --proxy`, `replay --proxy`, `--tls` and `ca`, as their users meet them.

use crate::support::{Running, Upstream, truetape_with};
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::Arc,
    time::Duration,
};

struct Place {
    directory: tempfile::TempDir,
    ca: String,
}

impl Place {
    fn new() -> Place {
        let directory = tempfile::tempdir().expect("a directory");
        let ca = directory.path().join("authority").to_string_lossy().into_owned();
        Place { directory, ca }
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn variables(&self) -> [(&str, &str); 1] {
        [("TRUETAPE_CA_DIR", &self.ca)]
    }

    fn file(&self, name: &str) -> String {
        fs::read_to_string(Path::new(&self.ca).join(name)).expect("the file")
    }
}

fn said(mut stream: impl std::io::Read + std::io::Write, ask: &str) -> String {
    stream.write_all(ask.as_bytes()).expect("sent");
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    while !reply.ends_with(b"}") && !reply.ends_with(b"}\n") {
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => reply.extend_from_slice(&buffer[..read]),
            _ => break,
        }
    }
    String::from_utf8(reply).expect("text")
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.rsplit('/').next().unwrap_or_default()).expect("a listener");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("it works");
    stream
}

fn secured(
    stream: TcpStream,
    pem: &str,
    name: &str,
) -> rustls::StreamOwned<rustls::ClientConnection, TcpStream> {
    let config = wire::client::client_config(Some(pem.as_bytes())).expect("it works");
    let name = rustls::pki_types::ServerName::try_from(name.to_owned()).expect("it works");
    rustls::StreamOwned::new(rustls::ClientConnection::new(Arc::new(config), name).expect("it works"), stream)
}

fn tunnel(url: &str, authority: &str) -> TcpStream {
    let mut stream = connect(url);
    write!(stream, "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n").expect("it works");
    let mut reply = [0; 39];
    stream.read_exact(&mut reply).expect("it works");
    assert!(reply.starts_with(b"HTTP/1.1 200 "));
    stream
}

fn vendor() -> Upstream {
    Upstream::json(|asked| (200, format!("{{\"at\":\"{}\"}}", asked.target)))
}

#[test]
fn what_was_recorded_through_a_proxy_is_replayed_through_one() {
    let (place, vendor) = (Place::new(), vendor());
    let host = vendor.url.rsplit('/').next().unwrap();
    let record = ["record", "--proxy", "--host", "127.0.0.1", "--cassette", "c.yaml"];
    let recorder = Running::start_with(&record, place.path(), 1, &place.variables());
    let ask = format!("GET http://{host}/a HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let there = said(connect(recorder.url()), &ask);
    let refused =
        said(connect(recorder.url()), "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n");
    assert!(refused.starts_with("HTTP/1.1 403 "), "{refused}");
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
    assert!(done.stderr.contains("other.test:80: refused 1 request"), "{}", done.stderr);
    assert!(fs::read_to_string(place.path().join("c.yaml")).unwrap().contains(&vendor.url));

    // Once there is a cassette, `record` replays it the same way.
    for arguments in [&record[..], &["replay", "--proxy", "c.yaml"]] {
        let replay = Running::start_with(arguments, place.path(), 1, &place.variables());
        assert_eq!(said(connect(replay.url()), &ask), there);
        let unknown = "GET http://unknown.test/x HTTP/1.1\r\nHost: unknown.test\r\n\r\n";
        let miss = said(connect(replay.url()), unknown);
        assert!(miss.starts_with("HTTP/1.1 501 ") && miss.contains(&vendor.url), "{miss}");
        let pem = place.file("certificate.pem");
        let miss = said(
            secured(tunnel(replay.url(), "unknown.test:443"), &pem, "unknown.test"),
            "GET /x HTTP/1.1\r\nHost: unknown.test\r\n\r\n",
        );
        assert!(miss.starts_with("HTTP/1.1 501 ") && miss.contains("https://unknown.test"), "{miss}");
        let done = replay.stop();
        assert_eq!(done.code, 1, "{done:?}");
        assert!(done.stderr.contains("miss: GET https://unknown.test/x"), "{}", done.stderr);
    }
}

/// A host that nobody can reach any more is played within TLS by its own name.
#[test]
fn a_recorded_host_is_played_within_tls() {
    let place = Place::new();
    let cassette = "truetape: 1\nrecorder: test\nupstreams:\n- https://api.vendor.test/v1\nexchanges:\n- id: 1\n  \
                    at: 2026-01-01T00:00:00Z\n  request:\n    method: GET\n    target: /x\n  reply:\n    status: 200\n    \
                    headers:\n    - 'Set-Cookie: a=b; Secure; Domain=vendor.test'\n    body: {text: '{}'}\n";
    fs::write(place.path().join("c.yaml"), cassette).unwrap();
    let replay = Running::start_with(&["replay", "--proxy", "c.yaml"], place.path(), 1, &place.variables());
    let pem = place.file("certificate.pem");
    let stream = secured(tunnel(replay.url(), "api.vendor.test:443"), &pem, "api.vendor.test");
    let reply = said(stream, "GET /v1/x HTTP/1.1\r\nHost: api.vendor.test\r\n\r\n");
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("{}"), "{reply}");
    assert!(reply.contains("Set-Cookie: a=b; Secure; Domain=vendor.test\r\n"), "{reply}");
    let health = said(connect(replay.url()), "GET /__truetape/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    assert!(health.starts_with("HTTP/1.1 200 "), "{health}");
    assert_eq!(replay.stop().code, 0);
}

#[test]
fn base_urls_speak_tls_when_told() {
    let (place, vendor) = (Place::new(), vendor());
    let record = ["record", "--tls", "--upstream", &vendor.url, "--cassette", "c.yaml"];
    let recorder = Running::start_with(&record, place.path(), 1, &place.variables());
    assert!(recorder.url().starts_with("https://127.0.0.1:"));
    let pem = place.file("certificate.pem");
    let ask = "GET /a HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let there = said(secured(connect(recorder.url()), &pem, "localhost"), ask);
    assert!(there.ends_with("{\"at\":\"/a\"}"), "{there}");
    assert!(said(connect(recorder.url()), ask).contains("speaks TLS"));
    assert_eq!(recorder.stop().code, 0);
    let replay = Running::start_with(&["replay", "--tls", "c.yaml"], place.path(), 1, &place.variables());
    assert!(replay.url().starts_with("https://127.0.0.1:"));
    assert_eq!(said(secured(connect(replay.url()), &pem, "127.0.0.1"), ask), there);
    assert_eq!(replay.stop().code, 0);
}

#[test]
fn a_command_is_told_of_the_proxy_and_of_whom_to_trust() {
    let place = Place::new();
    let line = "echo $HTTP_PROXY $https_proxy \"<$NO_PROXY>\" $TRUETAPE_PROXY; test -s $SSL_CERT_FILE && \
                test -s $NODE_EXTRA_CA_CERTS && test -s $REQUESTS_CA_BUNDLE && test -s $AWS_CA_BUNDLE; echo $?; \
                echo $JAVA_TOOL_OPTIONS";
    let record = ["record", "--proxy", "--host", "a.test", "--cassette", "c.yaml", "--", "sh", "-c", line];
    let mut variables = place.variables().to_vec();
    variables.extend([("NO_PROXY", "127.0.0.1"), ("JAVA_TOOL_OPTIONS", "-Dmine=1")]);
    let done = truetape_with(&record, place.path(), &variables);
    let lines: Vec<&str> = done.stdout.lines().collect();
    let words: Vec<&str> = lines[0].split(' ').collect();
    assert!(words[0].starts_with("http://127.0.0.1:"), "{done:?}");
    assert_eq!(words[1..], [words[0], "<>", words[0]]);
    assert_eq!(lines[1], "0", "{done:?}");
    assert!(lines[2].starts_with("-Dmine=1 ") && lines[2].contains("-Dhttps.proxyHost=127.0.0.1"));
}

#[test]
fn the_authority_is_made_once_and_is_its_owners() {
    let place = Place::new();
    let ca = |arguments: &[&str]| {
        let done = truetape_with(&[&["ca"], arguments].concat(), place.path(), &place.variables());
        assert_eq!(done.code, 0, "{done:?}");
        done.stdout
    };
    // Several at once agree on one.
    let printed: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..8).map(|_| scope.spawn(|| ca(&["--print"]))).collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(printed[0].starts_with("-----BEGIN CERTIFICATE-----"));
    assert!(printed.iter().all(|pem| *pem == printed[0]));
    assert!(place.file("bundle.pem").contains(printed[0].trim_end()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(Path::new(&place.ca).join("authority.pem")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let page = ca(&[]);
    for word in ["NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "keytool", "SHA-256"] {
        assert!(page.contains(word), "{word}");
    }
    let fresh = ca(&["--new", "--print"]);
    assert_ne!(fresh, printed[0]);
    assert_eq!(ca(&["--print"]), fresh);
    let kept = fs::read_dir(&place.ca).unwrap().flatten();
    assert_eq!(kept.filter(|f| f.file_name().to_string_lossy().starts_with("authority-")).count(), 1);
}

#[test]
fn what_makes_no_proxy_is_said() {
    let place = Place::new();
    for (arguments, words) in [
        (&["record", "--proxy", "--cassette", "c.yaml"][..], "no host to record"),
        (&["record", "--proxy", "--host", "https://x", "--cassette", "c.yaml"], "expected a host"),
        (&["record", "--host", "x", "--upstream", "http://x", "--cassette", "c.yaml"], "--proxy"),
        (&["record", "--proxy", "--tls", "--host", "x", "--cassette", "c.yaml"], "--tls"),
    ] {
        let done = truetape_with(arguments, place.path(), &place.variables());
        assert!(done.code == 2 && done.stderr.contains(words), "{arguments:?}: {done:?}");
    }
    assert!(!Path::new(&place.ca).exists());
}
