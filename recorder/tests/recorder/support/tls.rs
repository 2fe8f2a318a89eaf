use std::{net::SocketAddr, sync::Arc};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
        server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    },
};

/// The authority that signed the server's certificate, valid for a hundred years.
pub(crate) const AUTHORITY: &[u8] = include_bytes!("tls/authority.pem");

/// An upstream behind TLS that says one thing and closes the connection without `close_notify`.
pub(crate) fn secure(answer: &'static str) -> SocketAddr {
    serve(answer, WebPkiClientVerifier::no_client_auth())
}

/// A server that wants a certificate of its client, and tells one without any that it does.
pub(crate) fn picky() -> SocketAddr {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(AUTHORITY).unwrap()).unwrap();
    let provider = Arc::new(aws_lc_rs::default_provider());
    serve("", WebPkiClientVerifier::builder_with_provider(roots.into(), provider).build().unwrap())
}

fn serve(answer: &'static str, clients: Arc<dyn ClientCertVerifier>) -> SocketAddr {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("tls/server.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(clients)
        .with_single_cert(vec![certificate], key)
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    socket.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let socket = tokio::net::TcpListener::from_std(socket).unwrap();
            while let Ok((stream, _)) = socket.accept().await {
                let mut stream = match acceptor.accept(stream).into_fallible().await {
                    Ok(stream) => stream,
                    // A client that does not believe the certificate goes away; another hears why it is to go.
                    Err((_, mut stream)) => {
                        while matches!(stream.read(&mut [0; 4096]).await, Ok(1..)) {}
                        continue;
                    }
                };
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.flush().await;
                drop(stream);
            }
        });
    });
    address
}
