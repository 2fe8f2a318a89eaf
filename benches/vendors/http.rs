//! As much HTTP/1.1 as the comparison needs: one request for each connection, on both sides.

use crate::kit::service::{Told, What};
use cassettes::model::{Answer, FailureKind, Headers, Request, Response};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// Serves on a free port of this machine, which it prints, for ever. What is not told is answered with 204.
pub(crate) fn serve(answer: impl Fn(&Request) -> Option<Told> + Send + Sync + 'static) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    println!("listening on http://{}", listener.local_addr().expect("a bound socket"));
    let answer = Arc::new(answer);
    for stream in listener.incoming().flatten() {
        let answer = Arc::clone(&answer);
        std::thread::spawn(move || {
            let _ = one(&stream, &*answer);
        });
    }
}

fn one(stream: &TcpStream, answer: &dyn Fn(&Request) -> Option<Told>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let Some((line, headers)) = head(&mut reader)? else { return Ok(()) };
    let mut words = line.split(' ');
    let mut request = Request::new(words.next().unwrap_or_default(), words.next().unwrap_or("/"));
    request.body = body(&mut reader, &headers, false)?.into();
    request.headers = headers;
    let told = answer(&request).unwrap_or_else(|| Told::new("", What::Thing, 204));
    // What failed is cut off without a word.
    let Answer::Reply(reply) = told.answer else { return Ok(()) };
    let mut out = format!("HTTP/1.1 {} x\r\n", reply.status).into_bytes();
    for (name, value) in reply.headers.iter() {
        if !["connection", "content-length"].contains(&name.to_ascii_lowercase().as_str()) {
            out.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
    }
    if !matches!(reply.status, 204 | 304) {
        out.extend_from_slice(format!("Content-Length: {}\r\n", reply.body.len()).as_bytes());
    }
    out.extend_from_slice(b"Connection: close\r\n\r\n");
    if request.method != "HEAD" {
        out.extend_from_slice(reply.body.bytes());
    }
    { stream }.write_all(&out)
}

/// Asks one question.
pub(crate) fn ask(address: &str, request: &Request) -> Told {
    exchange(address, request).unwrap_or_else(|_| Told::failed("", FailureKind::Reset))
}

fn exchange(address: &str, request: &Request) -> std::io::Result<Told> {
    let mut stream = TcpStream::connect(address)?;
    let mut out =
        format!("{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n", request.method, request.target);
    let mut length = request.headers.contains("content-length");
    for (name, value) in request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")) {
        out.push_str(&format!("{name}: {}\r\n", String::from_utf8_lossy(value)));
    }
    length |= request.body.is_empty();
    if !length {
        out.push_str(&format!("Content-Length: {}\r\n", request.body.len()));
    }
    stream.write_all(out.as_bytes())?;
    stream.write_all(b"\r\n")?;
    stream.write_all(request.body.bytes())?;
    let mut reader = BufReader::new(stream);
    let Some((line, headers)) = head(&mut reader)? else {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    };
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let none = request.method == "HEAD" || matches!(status, 204 | 304);
    let body = if none { Vec::new() } else { body(&mut reader, &headers, true)? };
    let mut told = Told::new("", What::Thing, status);
    told.answer = Answer::Reply(Response::new(status, headers, body));
    Ok(told)
}

/// The first line and the fields of a message.
fn head(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<(String, Headers)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut headers = Headers::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push(name, value.trim());
    }
    Ok(Some((first.trim_end().to_owned(), headers)))
}

fn body(reader: &mut BufReader<TcpStream>, headers: &Headers, to_end: bool) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if headers.get("transfer-encoding").is_some_and(|t| t.contains("chunked")) {
        loop {
            let mut size = String::new();
            reader.read_line(&mut size)?;
            let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
            let mut chunk = vec![0; size + 2];
            reader.read_exact(&mut chunk)?;
            if size == 0 {
                return Ok(body);
            }
            body.extend_from_slice(&chunk[..size]);
        }
    }
    match headers.get("content-length").and_then(|l| l.parse().ok()) {
        Some(length) => {
            body = vec![0; length];
            reader.read_exact(&mut body)?;
        }
        None if to_end => drop(reader.read_to_end(&mut body)?),
        None => {}
    }
    Ok(body)
}
