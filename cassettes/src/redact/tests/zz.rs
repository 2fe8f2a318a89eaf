use super::support::{exchange, policy, write};
use crate::{model::*, redact::*};
fn next(s: &mut u64) -> u64 {
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    *s
}
#[test]
fn fuzz() {
    let seeds: Vec<Vec<u8>> = vec![
        br#"{"a":{"password":"hunter2hunter2","b":[1,2.5,"x\u00e9\n"],"token":"abc123def456","n":null},"secret":{"k":["v1234567"]}}"#.to_vec(),
        b"<a><password x='1'>hunter2hunter2</password><![CDATA[x]]><!-- c --><b token=\"abc123def456\"/></a>".to_vec(),
        b"--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\nabc123def456\r\n--B--\r\n".to_vec(),
        b"grant_type=x&password=hunter2hunter2&a=%7B%22token%22%3A%22abc123def456%22%7D&b=+c".to_vec(),
        b"data: {\"token\":\"abc123def456\"}\n\nevent: x\ndata: y\n\n".to_vec(),
        b"{\"token\":\"abc123def456\"}\n{\"password\":\"hunter2hunter2\"}\n".to_vec(),
        b"NAME=x\nPASSWORD=hunter2hunter2\nurl: https://u:abc123def456@h/?token=hunter2hunter2#x".to_vec(),
        b"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhQGIuYyIsImV4cCI6MTc2NzIyNTYwMH0.c2lnbmF0dXJl".to_vec(),
        b"named/secret value {{page-key}} named%2Fsecret%20value acct-123 glpat-0123456789abcdefghij".to_vec(),
    ];
    let s = &mut std::env::var("SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(88172645463325252u64);
    let n: usize = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(20000);
    let p = policy();
    let gen_ = |s: &mut u64| -> Vec<u8> {
        let mut b = seeds[next(s) as usize % seeds.len()].clone();
        for _ in 0..next(s) % 6 {
            let i = next(s) as usize % (b.len() + 1);
            match next(s) % 7 {
                0 => b.truncate(i),
                1 => {
                    b.splice(i..i, [(next(s) % 256) as u8]);
                }
                2 => {
                    b.splice(
                        i..i,
                        b"\"{}[]<>&=%;:,\\'/ \n-@?#.".iter().copied().skip(next(s) as usize % 20).take(2),
                    );
                }
                3 => {
                    let o = &seeds[next(s) as usize % seeds.len()];
                    let k = next(s) as usize % o.len();
                    b.splice(i..i, o[k..].iter().copied());
                }
                4 => {
                    if i < b.len() {
                        b.remove(i);
                    }
                }
                5 => {
                    b.splice(i..i, "é😀".bytes());
                }
                _ => {
                    let j = (i + 5).min(b.len());
                    b.drain(i..j);
                }
            }
        }
        b
    };
    for k in 0..n {
        let mut e = exchange("POST /");
        let text = |s: &mut u64| String::from_utf8_lossy(&gen_(s)).replace(['\r', '\n', '\0'], "");
        e.request.target = format!("/{}", text(s));
        e.request.headers = Headers(vec![
            (
                ["Authorization", "Cookie", "X-Api-Key", "X-Note", "X-Signature"][next(s) as usize % 5]
                    .into(),
                gen_(s),
            ),
            ("Content-Length".into(), b"10".to_vec()),
        ]);
        e.request.body = gen_(s).into();
        let body = gen_(s);
        let len = body.len() as u64;
        e.answer = Answer::Reply(Response {
            reason: text(s),
            ..Response::new(
                200,
                Headers(vec![("Set-Cookie".into(), gen_(s)), ("Location".into(), gen_(s))]),
                body,
            )
        });
        e.timing.chunks = vec![Chunk { at: 1, len: len / 2 }, Chunk { at: 2, len: len - len / 2 }];
        let once = p.clean(e.clone()).into_exchange();
        let blen = once.answer.reply().unwrap().body.len() as u64;
        assert_eq!(once.timing.chunks.iter().map(|c| c.len).sum::<u64>(), blen, "{e:?}\n{once:?}");
        let twice = p.clean(once.clone()).into_exchange();
        if once != twice {
            println!("NOTIDEM {k}\n{:?}\n--\n{:?}\n--\n{:?}", e, once, twice);
            panic!();
        }
        let mut all = write(&once).into_bytes();
        all.extend(format!("{:?}", once.redactions).bytes());
        let leaks = p.scan(&all);
        if !leaks.is_empty() {
            println!("LEAK {k} {leaks:?}\n{}\n--\n{}\n{:?}", write(&e), write(&once), once.redactions);
            panic!();
        }
        let mut r = once.request.clone();
        p.reveal(&mut r);
    }
}
