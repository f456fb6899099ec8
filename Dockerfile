# syntax=docker/dockerfile:1
# The server in an image: built in one stage, run as an ordinary user in the next.

FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/target \
    CARGO_TARGET_DIR=/target cargo build --release --workspace --locked --bins \
    && cp /target/release/pilji /usr/local/bin/pilji

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/pilji pilji
COPY --from=build /usr/local/bin/pilji /usr/local/bin/pilji
COPY --chmod=755 scripts/docker-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
COPY LICENSE NOTICE /usr/share/doc/pilji/
USER pilji
WORKDIR /var/lib/pilji
# The warehouse and the generated token.
VOLUME /var/lib/pilji
EXPOSE 50051
STOPSIGNAL SIGTERM
ENTRYPOINT ["docker-entrypoint.sh"]
# All interfaces of the container only: which of the host's publish it is said where it is run, and the entrypoint
# never starts the server without a token.
CMD ["serve", "--warehouse", "/var/lib/pilji/warehouse", "--listen", "0.0.0.0:50051"]
