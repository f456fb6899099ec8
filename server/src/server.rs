//! The server's life: bind, serve, drain.

use std::fmt::Write as _;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use pilji_catalog::{Models, Reach, Roots, Variables, Warehouse};
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};
use tonic::transport::server::TcpIncoming;
use tracing::{info, warn};

use crate::auth::Authenticator;
use crate::config::Config;
use crate::engine::{Engine, TableKind};
use crate::error::{Error, Result};
use crate::flight;
use crate::runtime::STACK_BYTES;
use crate::sessions::Sessions;
use crate::ticket::Signer;

/// Time after which a silent connection is asked whether it lives, and time it has to answer.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// Bytes of headers that a request may have; JDBC clients turn every URL parameter into one.
const HEADER_BYTES: u32 = 64 << 10;

/// A server that has its address but does not answer yet.
pub struct Server {
    listener: TcpListener,
    listen: SocketAddr,
    engine: Engine,
    signer: Signer,
    sessions: Sessions,
    authenticator: Authenticator,
    drain_timeout: Duration,
}

/// Serves a warehouse until SIGINT or SIGTERM.
///
/// # Errors
///
/// Those of [`Server::bind`] and [`Server::serve`]; [`Error::Threads`] or [`Error::Signal`] when the system refuses.
pub fn run(config: &Config, warehouse: &Path, variables: Variables) -> Result<()> {
    let runtime = Builder::new_multi_thread()
        .thread_name("pilji-io")
        // Small queries are planned there.
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()
        .map_err(|source| Error::Threads { source })?;
    let outcome = runtime.block_on(async {
        let server = Server::bind(config, warehouse, variables).await?;
        let signals = signals()?;
        server.announce(warehouse).await?;
        server.serve(signals).await
    });
    // What the drain has left over is cut off.
    runtime.shutdown_background();
    outcome
}

impl Server {
    /// Opens the warehouse and takes the address. Connections look for their secrets in `variables`.
    ///
    /// # Errors
    ///
    /// [`Error::TokenNeeded`] for an address beyond loopback without a token, [`Error::TokenText`] for a token that no
    /// header can carry, [`Error::Catalog`] when there is no warehouse or a root is no
    /// folder, [`Error::Listen`] when the address is taken.
    pub async fn bind(config: &Config, warehouse: &Path, variables: Variables) -> Result<Self> {
        let authenticator = Authenticator::new(config.token.as_ref())?;
        if !authenticator.is_on() && !config.listen.ip().to_canonical().is_loopback() {
            return Err(Error::TokenNeeded { listen: config.listen });
        }
        let warehouse = Warehouse::open(warehouse)?;
        let roots = Roots::new(&config.roots)?;
        let reach = if roots.is_empty() {
            Reach::Anywhere
        } else {
            Reach::Within(roots.clone())
        };
        let models = Models::new(&warehouse, variables).within(reach);
        let engine = Engine::start(warehouse, models, roots, &config.query)?;
        let signer = Signer::new(&config.ticket, config.token.as_ref())?;
        let sessions = Sessions::new(&config.session);
        let cannot_listen = |source| Error::Listen {
            listen: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(cannot_listen)?;
        let listen = listener.local_addr().map_err(cannot_listen)?;
        let drain_timeout = Duration::from_secs(config.drain_timeout_secs);
        Ok(Self {
            listener,
            listen,
            engine,
            signer,
            sessions,
            authenticator,
            drain_timeout,
        })
    }

    /// The address that was taken; its port is a real one also where port 0 was asked for.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.listen
    }

    /// The engine that answers.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Answers until `stop` gives a signal, then finishes running queries; a second signal ends that too.
    ///
    /// # Errors
    ///
    /// [`Error::Serve`] when the network layer fails.
    pub async fn serve(self, mut stop: mpsc::Receiver<()>) -> Result<()> {
        let engine = self.engine.clone();
        let service = flight::service(self.engine, self.signer, self.sessions, self.authenticator);
        let incoming = TcpIncoming::from(self.listener).with_nodelay(Some(true));
        let (drain, draining) = oneshot::channel::<()>();
        let serving = tonic::transport::Server::builder()
            .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
            .http2_max_header_list_size(HEADER_BYTES)
            .add_service(service)
            .serve_with_incoming_shutdown(incoming, async {
                // A dropped sender means the same as a message.
                let _ = draining.await;
            });
        let mut serving = std::pin::pin!(serving);

        tokio::select! {
            outcome = &mut serving => return outcome.map_err(|source| Error::Serve { source }),
            _ = stop.recv() => {}
        }
        info!(
            running = engine.queries().running(),
            timeout_secs = self.drain_timeout.as_secs(),
            "stopping: no new connections"
        );
        drop(drain);
        tokio::select! {
            outcome = &mut serving => {
                info!("stopped");
                outcome.map_err(|source| Error::Serve { source })
            }
            () = second(stop) => {
                warn!(running = engine.queries().running(), "stopped by a second signal");
                Ok(())
            }
            () = tokio::time::sleep(self.drain_timeout) => {
                warn!(running = engine.queries().running(), "stopped: the time for running queries is over");
                Ok(())
            }
        }
    }

    /// Tells the person at the terminal what is served, and how to reach it.
    async fn announce(&self, warehouse: &Path) -> Result<()> {
        let tables = self.engine.tables().await?;
        let mut text = format!("Pilji {} serves {}\n", env!("CARGO_PKG_VERSION"), warehouse.display());
        let mut first_table = None;
        for table in &tables {
            if table.kind == TableKind::Model {
                let _ = writeln!(text, "  {}.{}", table.schema_name, table.name);
            }
            if table.kind != TableKind::Dataset {
                continue;
            }
            first_table.get_or_insert(table.name.as_str());
            if let Some(contents) = table.contents {
                let rows = indicatif::HumanCount(contents.rows);
                let _ = writeln!(
                    text,
                    "  {:<24} {rows:>14} rows   version {}",
                    table.name, contents.version
                );
            }
        }
        let hint = if first_table.is_none() {
            "  no dataset yet: `pilji ingest` adds one\n"
        } else {
            ""
        };
        let table = first_table.unwrap_or("parcel");
        let token = if self.authenticator.is_on() {
            "a token is needed"
        } else {
            "this machine only, no token"
        };
        let listen = self.listen;
        let _ = write!(
            text,
            "{hint}listening on http://{listen} ({token})\n\
             connect:  pilji query --url http://{listen} 'SELECT count(*) FROM {table}'\n\
             \x20         jdbc:arrow-flight-sql://{listen}/?useEncryption=false\n\
             \x20         adbc_driver_flightsql.dbapi.connect(\"grpc://{listen}\")\n\
             Ctrl-C stops.\n",
        );
        let mut stdout = std::io::stdout().lock();
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush())
            .map_err(|source| Error::Output {
                target: "standard output".to_owned(),
                source,
            })?;
        info!(address = %listen, datasets = tables.iter().filter(|table| table.contents.is_some()).count(), "listening");
        Ok(())
    }
}

/// Waits for one more signal; for ever when none can come.
async fn second(mut stop: mpsc::Receiver<()>) {
    if stop.recv().await.is_none() {
        std::future::pending::<()>().await;
    }
}

/// A message for each SIGINT and SIGTERM.
fn signals() -> Result<mpsc::Receiver<()>> {
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|source| Error::Signal { source })?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|source| Error::Signal { source })?;
    let (sender, receiver) = mpsc::channel(2);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if sender.send(()).await.is_err() {
                return;
            }
        }
    });
    Ok(receiver)
}
