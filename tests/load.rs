//! Many clients at once: every exchange is recorded once, none is torn, and they stand in order of start.

use crate::support::Running;
use cassettes::model::Exchange;
use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// Clients and seconds, unless `TRUETAPE_LOAD` says others, such as `1000 60`.
const LOAD: (u32, u64) = (200, 5);

#[test]
fn many_clients_lose_and_mix_up_nothing() {
    let (clients, seconds) = wanted();
    let directory = tempfile::tempdir().expect("a directory");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let upstream = runtime.block_on(upstream());
    let url = format!("http://{upstream}");
    let arguments = ["record", "--quiet", "--upstream", &url, "--cassette", "c.yaml"];
    let recorder = Running::start(&arguments, directory.path(), 1);
    let address: SocketAddr = recorder.url().trim_start_matches("http://").parse().expect("an address");
    let until = Instant::now() + Duration::from_secs(seconds);
    let answered = runtime.block_on(async {
        let mut all = JoinSet::new();
        (0..clients).for_each(|client| drop(all.spawn(walk(client, address, until))));
        let mut answered = BTreeSet::new();
        while let Some(walked) = all.join_next().await {
            answered.extend(walked.expect("a client").expect("no client's connection fails"));
        }
        answered
    });
    assert!(answered.len() >= clients as usize, "every client was answered at least once");
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{}", done.stderr);

    let loaded = cassettes::store::load(&directory.path().join("c.yaml")).expect("a cassette");
    let exchanges = &loaded.cassette.exchanges;
    let recorded: BTreeSet<_> = exchanges.iter().map(whose).collect();
    assert_eq!(recorded.len(), exchanges.len(), "none twice");
    assert_eq!(recorded, answered, "all that were answered, and no others");
    for (number, exchange) in (1..).zip(exchanges) {
        assert_eq!(exchange.id.0, number, "numbered without a gap");
        let (client, n) = whose(exchange);
        assert_eq!(exchange.request.body.bytes(), text("question", client, n), "#{number}");
        let reply = exchange.answer.reply().expect("a reply");
        assert_eq!(reply.body.bytes(), text("answer", client, n), "#{number}");
    }
    let late = exchanges.windows(2).find(|pair| pair[0].at > pair[1].at);
    assert!(late.is_none(), "in order of start: {:?}", late.map(|pair| (pair[0].id, pair[1].id)));
    println!("{clients} clients, {seconds} s: {} exchanges, each once, whole and in order", exchanges.len());
}

fn wanted() -> (u32, u64) {
    let Ok(said) = env::var("TRUETAPE_LOAD") else { return LOAD };
    let (clients, seconds) = said.split_once(' ').expect("clients and seconds");
    (clients.parse().expect("a number"), seconds.parse().expect("a number"))
}

/// What either side says: never the same twice, and long enough that another's part in it would show.
fn text(side: &str, client: u32, n: u32) -> Vec<u8> {
    // A few are long enough to be kept beside the others.
    let length = if (client * 7 + n) % 499 == 5 { 300_000 } else { (client * 31 + n * 577) % 6_000 };
    let line = format!("{side} number {n} of client {client}\n");
    line.repeat(length as usize / line.len() + 1).into_bytes()
}

fn whose(exchange: &Exchange) -> (u32, u32) {
    read_target(&exchange.request.target)
}

fn read_target(target: &str) -> (u32, u32) {
    let mut parts = target.split('/').skip(2).map(|part| part.parse().expect("a number"));
    (parts.next().expect("a client"), parts.next().expect("a count"))
}

/// A client on one connection asks until the time is over, and checks each answer.
async fn walk(client: u32, recorder: SocketAddr, until: Instant) -> io::Result<Vec<(u32, u32)>> {
    let mut stream = BufReader::new(TcpStream::connect(recorder).await?);
    let mut answered = Vec::new();
    for n in 0.. {
        let body = text("question", client, n);
        let mut request = format!("POST /of/{client}/{n} HTTP/1.1\r\nHost: load.test\r\n").into_bytes();
        request.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
        request.extend(&body);
        stream.write_all(&request).await?;
        let (line, answer) = message(&mut stream).await?;
        assert!(line.starts_with("HTTP/1.1 200 "), "{line}");
        assert!(answer == text("answer", client, n), "the answer to {client}/{n} is another's, or torn");
        answered.push((client, n));
        if Instant::now() >= until {
            break;
        }
    }
    Ok(answered)
}

/// Answers with what belongs to the target: half of them chunked, some after a pause.
async fn upstream() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    address
}

async fn serve(stream: TcpStream) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (line, question) = message(&mut stream).await?;
        let (client, n) = read_target(line.split(' ').nth(1).unwrap_or_default());
        assert!(question == text("question", client, n), "the question {client}/{n} is another's, or torn");
        let body = text("answer", client, n);
        if n % 7 == 3 {
            tokio::time::sleep(Duration::from_millis(u64::from(client % 40))).await;
        }
        let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n".to_vec();
        if n % 2 == 0 {
            answer.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
            answer.extend(&body);
        } else {
            answer.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            for piece in body.chunks(1 + body.len() / 3) {
                answer.extend(format!("{:x}\r\n", piece.len()).bytes());
                answer.extend(piece);
                answer.extend(b"\r\n");
            }
            answer.extend(b"0\r\n\r\n");
        }
        stream.write_all(&answer).await?;
    }
}

/// The first line of a message, and its body.
async fn message(stream: &mut BufReader<TcpStream>) -> io::Result<(String, Vec<u8>)> {
    let (mut head, mut length, mut chunked) = (String::new(), 0, false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == "\r\n" {
            break;
        }
        if let Some(told) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = told.trim().parse().expect("a length");
        }
        chunked |= line.eq_ignore_ascii_case("transfer-encoding: chunked\r\n");
        head.write_str(&line).expect("a string takes it");
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    while chunked {
        let mut size = String::new();
        stream.read_line(&mut size).await?;
        let size = usize::from_str_radix(size.trim(), 16).expect("a size");
        let begun = body.len();
        body.resize(begun + size + 2, 0);
        stream.read_exact(&mut body[begun..]).await?;
        body.truncate(begun + size);
        chunked = size > 0;
    }
    Ok((head.lines().next().unwrap_or_default().to_owned(), body))
}
