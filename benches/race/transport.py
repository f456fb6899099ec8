"""`make transport`: 1,000,000 parcels to one ADBC client, from Pilji, from ROAPI, and from a bare arrow-flight server that holds the same batches."""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import adbc_driver_flightsql.dbapi as flightsql
import pyarrow as pa
import pyarrow.parquet as pq
from binary import ENVIRONMENT
from race import data, machine
from race.__main__ import CACHE, say
from race.compiled import PROGRAM
from race.report import markdown
from serving import Server, wait_until

# What each server is asked. The bare one answers any but the last with all it holds.
ALL = "SELECT * FROM parcel"
ONE = "SELECT 1"
WARM_UP = 1


@dataclass
class Peer:
    """A server under an address, and what it was measured at."""

    name: str
    uri: str
    pid: int
    all_seconds: list[float] = field(default_factory=list)
    server_cpu_seconds: list[float] = field(default_factory=list)
    client_cpu_seconds: list[float] = field(default_factory=list)
    one_seconds: list[float] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0

    def ask(self, sql: str) -> tuple[float, pa.Table]:
        """The seconds from the statement to its whole answer, over a connection that stands."""
        with flightsql.connect(self.uri, autocommit=True) as connection, connection.cursor() as cursor:
            cursor.execute(ONE)
            cursor.fetch_arrow_table()
            begin = time.perf_counter()
            cursor.execute(sql)
            table = cursor.fetch_arrow_table()
            return time.perf_counter() - begin, table

    def ask_one(self, times: int) -> list[float]:
        """The seconds of each of many small statements over one connection."""
        seconds = []
        with flightsql.connect(self.uri, autocommit=True) as connection, connection.cursor() as cursor:
            for _ in range(times):
                begin = time.perf_counter()
                cursor.execute(ONE)
                cursor.fetch_arrow_table()
                seconds.append(time.perf_counter() - begin)
        return seconds[times // 10 :]


def main() -> None:
    """Runs the comparison."""
    parser = argparse.ArgumentParser(prog="make transport", description=__doc__)
    parser.add_argument("--parcels", type=int, default=1_000_000, help="parcels to sample [1000000]")
    parser.add_argument("--repetitions", type=int, default=7, help="of each server, in turn [7]; the median counts")
    parser.add_argument("--threads", type=int, default=2, help="cores that clients and servers share [2]")
    parser.add_argument("--out", type=Path, required=True, help="the page to write")
    options = parser.parse_args()
    threads = machine.limit_cores(options.threads)
    folder = CACHE / "transport" / str(options.parcels)
    folder.mkdir(parents=True, exist_ok=True)
    say(f"sampling {options.parcels:,} parcels and loading them into Pilji")
    parcels = data.prepare(folder, options.parcels, None, [])
    with ExitStack() as stack:
        pilji = stack.enter_context(Server(parcels.warehouse, None, folder / "pilji.log"))
        peers = [Peer("Pilji", f"grpc://127.0.0.1:{pilji.port}", pilji.process.pid)]
        say("handing the same rows to the others")
        held = write_for_peers(peers[0].ask(ALL)[1], folder)
        peers.append(Peer("bare arrow-flight", *stack.enter_context(bare(folder))))
        peers.append(Peer("ROAPI 0.12.7", *stack.enter_context(roapi(folder))))
        measure(peers, options.repetitions)
    options.out.write_text(page(peers, held, threads))


def measure(peers: list[Peer], repetitions: int) -> None:
    """Asks everybody in turn, so that a slow moment of the machine is everybody's. The small statements come first: a
    driver that has held large answers is slower with them."""
    for repetition in range(-WARM_UP, repetitions):
        for peer in peers:
            one = peer.ask_one(200)
            if repetition >= 0:
                peer.one_seconds += one
    for repetition in range(-WARM_UP, repetitions):
        for peer in peers:
            say(f"{peer.name}: {'warming up' if repetition < 0 else f'{repetition + 1} of {repetitions}'}")
            server_cpu, client_cpu = cpu_seconds(peer.pid), time.process_time()
            seconds, table = peer.ask(ALL)
            peer.rows, peer.bytes = table.num_rows, table.nbytes
            if repetition >= 0:
                peer.all_seconds.append(seconds)
                peer.server_cpu_seconds.append(cpu_seconds(peer.pid) - server_cpu)
                peer.client_cpu_seconds.append(time.process_time() - client_cpu)
    assert len({peer.rows for peer in peers}) == 1, "the servers do not hold the same rows"


def cpu_seconds(pid: int) -> float:
    """The seconds that a process has had of all cores."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = (int(after_name[place]) for place in (11, 12))
    return (user + system) / os.sysconf("SC_CLK_TCK")


def write_for_peers(rows: pa.Table, folder: Path) -> tuple[int, int]:
    """Batches as Pilji sends them for the bare server, and a file for ROAPI; their rows and bytes."""
    with pa.OSFile(str(folder / "rows.arrows"), "wb") as sink, pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    pq.write_table(rows, folder / "parcel.parquet")
    return rows.num_rows, rows.nbytes


@contextmanager
def bare(folder: Path) -> Iterator[tuple[str, int]]:
    """The bare server's address and process while it runs."""
    process = subprocess.Popen(
        [PROGRAM, "bare", "--batches", folder / "rows.arrows"], env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield f"grpc://{process.stdout.readline().strip()}", process.pid
    finally:
        process.kill()
        process.wait()


@contextmanager
def roapi(folder: Path) -> Iterator[tuple[str, int]]:
    """ROAPI's address and process while it runs: it holds the table in memory."""
    ports = [free_port() for _ in range(3)]
    program = Path(sys.executable).with_name("roapi")
    addresses = [f"127.0.0.1:{port}" for port in ports]
    log = folder / "roapi.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [program, "--table", f"parcel={folder / 'parcel.parquet'}", "--addr-http", addresses[0],
             "--addr-postgres", addresses[1], "--addr-flight-sql", addresses[2]],
            stdout=out, stderr=out, env=ENVIRONMENT | {"RUST_LOG": "warn"},
        )  # fmt: skip
    try:
        peer = Peer("ROAPI", f"grpc://{addresses[2]}", process.pid)
        wait_until(lambda: answers(peer), f"ROAPI answers ({log})", deadline_secs=120)
        yield peer.uri, peer.pid
    finally:
        process.kill()
        process.wait()


def answers(peer: Peer) -> bool:
    """Whether somebody answers there."""
    try:
        return peer.ask_one(1) is not None
    except flightsql.Error:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def page(peers: list[Peer], held: tuple[int, int], threads: int) -> str:
    """The document."""
    bare_peer = peers[1]

    def row(peer: Peer) -> list[str]:
        seconds, one = statistics.median(peer.all_seconds), statistics.median(peer.one_seconds)
        speed = peer.bytes / 1e6 / seconds
        bare_speed = bare_peer.bytes / 1e6 / statistics.median(bare_peer.all_seconds)
        ones = sorted(peer.one_seconds)
        return [
            peer.name, f"{seconds:.3f}", f"{speed:,.0f}", f"{speed / bare_speed:.2f}",
            f"{statistics.median(peer.server_cpu_seconds):.2f}", f"{statistics.median(peer.client_cpu_seconds):.2f}",
            f"{1000 * one:.2f}", f"{1000 * ones[len(ones) * 95 // 100]:.2f}", f"{one / statistics.median(bare_peer.one_seconds):.2f}",
        ]  # fmt: skip

    facts = "\n".join(f"* {name}: {value}" for name, value in machine.facts(threads).items())
    header = ["server", f"`{ALL}`, s", "MB/s", "of the bare server's", "of it CPU of the server, s", "of the client, s", f"`{ONE}`, ms", "p95, ms", "times the bare server's"]
    table = markdown(header, [row(peer) for peer in peers])
    return f"""# Transport

Made by `make transport`: {held[0]:,} made-up parcels ({held[1] / 1e6:,.0f} MB as Arrow, all columns) to one ADBC client in Python, medians of
{len(bare_peer.all_seconds)} repetitions in turn; `{ONE}` {len(bare_peer.one_seconds):,} times. The bare server holds the batches that Pilji sends in memory and sends them by the same library,
without a query engine. ROAPI holds its table in memory. Pilji reads GeoParquet from the page cache, and decodes it for each answer.
Client and server share {threads} cores: however little the server does, an answer takes no less than the client's CPU time by their number.

{table}

{facts}
"""


if __name__ == "__main__":
    main()
