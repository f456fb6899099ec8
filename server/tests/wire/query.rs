//! Queries over the wire: rows, schemas, errors, tickets.

use crate::fixture::{CHEONGUN, PATIENCE, ask, publish, start, start_with, status, take, texts};
use arrow_flight::Ticket;
use arrow_flight::sql::{Any, ProstMessageExt, TicketStatementQuery};
use futures::TryStreamExt;
use pilji::config::{Config, TicketConfig};
use pilji::wire_schema::{EXTENSION_METADATA, EXTENSION_NAME, is_geometry};
use prost::Message;
use tokio::time::timeout;
use tonic::Code;

#[tokio::test]
async fn rows_arrive_with_the_schema_that_was_declared() {
    let server = start().await;
    let mut client = server.client().await;
    let (_, batches) = ask(&mut client, "SELECT bonbun, bubon, jimok FROM parcel")
        .await
        .unwrap();
    let expected: Vec<String> = CHEONGUN
        .iter()
        .map(|(main, sub, jimok)| format!("{main} | {sub} | {jimok}"))
        .collect();
    assert_eq!(texts(&batches), expected);

    // `take` compares the schemas; these are the shapes in which they tend to differ.
    for sql in [
        "SELECT * FROM parcel",
        "SELECT * FROM parcel WHERE bonbun > 9000",
        "SELECT * FROM parcel LIMIT 0",
        "SELECT count(*), max(base_date), min(bbox) FROM parcel GROUP BY jimok HAVING count(*) > 100",
        "SELECT arrow_cast(jimok, 'Dictionary(Int32, Utf8)'), arrow_cast(pnu, 'Utf8View') FROM parcel",
        "SELECT array_agg(pnu), struct(jimok, 1) FROM parcel GROUP BY jimok",
        "SELECT a.pnu, b.jimok FROM parcel a LEFT JOIN parcel b ON a.pnu = b.jimok",
        "SELECT NULL, 1, 1.5, 'a', DATE '2021-05-01', true",
        "SELECT pnu FROM parcel UNION ALL SELECT NULL",
        "EXPLAIN SELECT * FROM parcel",
        "SHOW TABLES",
        "DESCRIBE parcel",
        "SELECT * FROM information_schema.columns",
    ] {
        let outcome = ask(&mut client, sql).await;
        assert!(outcome.is_ok(), "{sql}: {outcome:?}");
    }
}

#[tokio::test]
async fn only_plain_types_are_sent() {
    let server = start().await;
    let mut client = server.client().await;
    let sql = "SELECT arrow_cast(jimok, 'Dictionary(Int32, Utf8)') d, arrow_cast(pnu, 'Utf8View') v, \
               arrow_cast(geometry, 'BinaryView') b FROM parcel";
    let (schema, batches) = ask(&mut client, sql).await.unwrap();
    let types: Vec<String> = schema
        .fields()
        .iter()
        .map(|field| field.data_type().to_string())
        .collect();
    assert_eq!(types, ["Utf8", "Utf8", "Binary"]);
    assert_eq!(
        batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(),
        CHEONGUN.len()
    );
}

#[tokio::test]
async fn geometry_keeps_its_crs_as_long_as_it_is_geometry() {
    let server = start().await;
    let mut client = server.client().await;
    for sql in [
        "SELECT * FROM parcel",
        "SELECT geometry FROM parcel",
        "SELECT geometry AS shape FROM parcel WHERE bonbun = 1",
        "SELECT p.geometry FROM (SELECT geometry, pnu FROM parcel ORDER BY pnu LIMIT 2) p",
        "WITH g AS (SELECT geometry, jimok FROM parcel) SELECT * FROM g WHERE jimok = '대'",
        "SELECT geometry FROM parcel UNION ALL SELECT geometry FROM parcel",
        "SELECT a.geometry FROM parcel a JOIN parcel b ON a.pnu = b.pnu",
        "SELECT geometry FROM parcel LIMIT 0",
    ] {
        let (schema, _) = ask(&mut client, sql).await.unwrap();
        let field = schema.field(0);
        assert!(is_geometry(field), "{sql}: {field:?}");
        let crs: serde_json::Value = serde_json::from_str(&field.metadata()[EXTENSION_METADATA]).unwrap();
        assert!(crs["crs"].to_string().contains("4326"), "{sql}: {crs}");
    }
    for sql in [
        "SELECT encode(geometry, 'hex') FROM parcel",
        "SELECT sha256(geometry) FROM parcel",
        "SELECT count(geometry) FROM parcel",
        "SELECT geometry IS NULL FROM parcel",
        "SELECT pnu FROM parcel",
    ] {
        let (schema, _) = ask(&mut client, sql).await.unwrap();
        let metadata = schema.field(0).metadata();
        assert!(!metadata.contains_key(EXTENSION_NAME), "{sql}: {metadata:?}");
    }
}

#[tokio::test]
async fn a_prepared_statement_answers_again_and_again() {
    let server = start().await;
    let mut client = server.client().await;
    let mut statement = client
        .prepare("SELECT count(*) AS n FROM parcel".to_owned(), None)
        .await
        .unwrap();
    assert_eq!(statement.parameter_schema().unwrap().fields().len(), 0);
    let prepared_schema = statement.dataset_schema().unwrap().clone();
    for expected in ["4", "4"] {
        let info = statement.execute().await.unwrap();
        let (schema, batches) = take(&mut client, info).await.unwrap();
        assert_eq!(schema, prepared_schema);
        assert_eq!(texts(&batches), [expected]);
    }
    // It is a statement, not a snapshot: it sees what is published later.
    publish(server.dir.path(), "2022-01-01", &CHEONGUN[..1]).await;
    let info = statement.execute().await.unwrap();
    assert_eq!(texts(&take(&mut client, info).await.unwrap().1), ["1"]);
    statement.close().await.unwrap();
}

#[tokio::test]
async fn a_query_keeps_the_version_that_it_was_planned_with() {
    let server = start().await;
    let mut client = server.client().await;
    let mut before = Vec::new();
    for table in ["parcel", "parcel_at('2023-01-01')", "at_version('parcel', 0)"] {
        let sql = format!("SELECT pnu FROM {table}");
        before.push(client.execute(sql, None).await.unwrap());
    }
    publish(server.dir.path(), "2022-01-01", &CHEONGUN[..1]).await;
    for info in before {
        let (_, batches) = take(&mut client, info).await.unwrap();
        assert_eq!(texts(&batches).len(), CHEONGUN.len());
    }
    let (_, batches) = ask(&mut client, "SELECT pnu FROM parcel_at('2023-01-01')")
        .await
        .unwrap();
    assert_eq!(texts(&batches).len(), 1);
    let (_, batches) = ask(&mut client, "SELECT pnu FROM parcel").await.unwrap();
    assert_eq!(texts(&batches).len(), 1);
}

#[tokio::test]
async fn an_older_version_is_read_beside_the_newest() {
    let server = start().await;
    let mut client = server.client().await;
    publish(server.dir.path(), "2022-01-01", &CHEONGUN[..1]).await;
    for (sql, expected) in [
        ("SELECT count(*) FROM parcel", "1"),
        ("SELECT count(*) FROM at_version('parcel', 0)", "4"),
        ("SELECT count(*) FROM AT_VERSION('parcel', 1)", "1"),
        (
            "SELECT count(*) FROM at_version('parcel', 0) old JOIN parcel p ON p.pnu = old.pnu",
            "1",
        ),
        (
            "WITH old AS (SELECT pnu FROM at_version('parcel', 0)) SELECT count(*) FROM old WHERE pnu NOT IN (SELECT \
             pnu FROM parcel)",
            "3",
        ),
        ("SELECT count(*) FROM parcel_at('2021-12-31')", "4"),
        ("SELECT count(*) FROM parcel_at(DATE '2022-01-01')", "1"),
        (
            "SELECT count(*) FROM at_vintage('parcel', '2021-05-01') v WHERE v.bonbun = 7",
            "1",
        ),
        (
            "SELECT count(at_version.pnu) FROM at_version('parcel', 0) WHERE at_version.bonbun = 1",
            "2",
        ),
    ] {
        let (_, batches) = ask(&mut client, sql).await.unwrap();
        assert_eq!(texts(&batches), [expected], "{sql}");
    }
}

#[tokio::test]
async fn explain_says_which_files_a_scan_opens() {
    let server = start().await;
    let mut client = server.client().await;
    for (explain, shows) in [
        ("EXPLAIN", true),
        ("EXPLAIN VERBOSE", true),
        ("EXPLAIN ANALYZE", true),
        ("EXPLAIN FORMAT TREE", true),
        ("EXPLAIN FORMAT INDENT", true),
        ("EXPLAIN FORMAT PGJSON", false),
    ] {
        let sql = format!("{explain} SELECT pnu FROM parcel WHERE emd_nm = '청운동'");
        let (_, batches) = ask(&mut client, &sql).await.unwrap();
        let answer = texts(&batches).join("\n");
        assert_eq!(
            answer.contains("file pruning | parcel@0: 1 of 1 files"),
            shows,
            "{sql}: {answer}"
        );
    }
    let sql = "EXPLAIN SELECT pnu FROM parcel WHERE emd_nm = '사직동'";
    let (_, batches) = ask(&mut client, sql).await.unwrap();
    let answer = texts(&batches).join("\n");
    assert!(answer.contains("parcel@0: 0 of 1 files"), "{answer}");
    let (_, batches) = ask(&mut client, "EXPLAIN SELECT 1").await.unwrap();
    assert!(!texts(&batches).join("\n").contains("file pruning"));
}

#[tokio::test]
async fn errors_have_the_code_and_the_words_that_help() {
    let server = start().await;
    let mut client = server.client().await;
    for (sql, code, words) in [
        ("SELEC 1", Code::InvalidArgument, "SELEC"),
        ("", Code::InvalidArgument, ""),
        ("SELECT 1; SELECT 2", Code::InvalidArgument, "one by one"),
        ("SELECT pnuu FROM parcel", Code::InvalidArgument, "pnu"),
        ("SELECT no_such_function(1)", Code::InvalidArgument, "no_such_function"),
        ("SELECT * FROM parcels", Code::NotFound, "tables are parcel"),
        ("SELECT * FROM pilji.other.parcel", Code::NotFound, "pilji.other.parcel"),
        (
            "SELECT * FROM elsewhere.public.parcel",
            Code::NotFound,
            "elsewhere.public.parcel",
        ),
        ("SELECT * FROM information_schema.nothing", Code::NotFound, "nothing"),
        ("SELECT * FROM \"../../etc/passwd\"", Code::NotFound, "passwd"),
        ("SELECT * FROM parcel WHERE pnu = ?", Code::InvalidArgument, "bind $1"),
        (
            "SELECT * FROM parcel WHERE pnu = :pnu",
            Code::InvalidArgument,
            "bind $pnu",
        ),
        (
            "INSERT INTO parcel SELECT * FROM parcel",
            Code::InvalidArgument,
            "dataset",
        ),
        ("DELETE FROM parcel", Code::InvalidArgument, "only queries are accepted"),
        (
            "COPY parcel TO '/tmp/x.csv'",
            Code::InvalidArgument,
            "found COPY parcel",
        ),
        ("DROP TABLE parcel", Code::InvalidArgument, "pilji dataset drop"),
        (
            "SELECT * FROM parcel FOR SYSTEM_TIME AS OF '2021-05-01'",
            Code::InvalidArgument,
            "at_vintage(",
        ),
        (
            "WITH p AS (SELECT * FROM parcel TABLESAMPLE (10 PERCENT)) SELECT * FROM p",
            Code::InvalidArgument,
            "TABLESAMPLE is not supported",
        ),
        (
            "SELECT * FROM at_version('parcel', 9)",
            Code::NotFound,
            "no version 9; the newest is 0",
        ),
        (
            "SELECT * FROM at_version('nothing', 0)",
            Code::NotFound,
            "no dataset \"nothing\"; datasets are parcel",
        ),
        (
            "SELECT * FROM at_version('parcel')",
            Code::InvalidArgument,
            "write at_version('parcel', 3)",
        ),
        (
            "SELECT * FROM parcel_at('May')",
            Code::InvalidArgument,
            "expected YYYY-MM-DD",
        ),
        ("SELECT * FROM parcel_at('2020-05-01')", Code::NotFound, "2020-05-01"),
        (
            "SELECT parcel_at('2021-05-01')",
            Code::InvalidArgument,
            "stands where a table stands",
        ),
        ("SELECT 1 / 0", Code::InvalidArgument, "ivide by zero"),
        (
            "SELECT CAST(jimok AS INT) FROM parcel",
            Code::InvalidArgument,
            "Cannot cast",
        ),
    ] {
        let status = status(ask(&mut client, sql).await.unwrap_err());
        assert_eq!(status.code(), code, "{sql}: {status:?}");
        assert!(status.message().contains(words), "{sql}: {}", status.message());
        for leak in [
            ".rs:",
            "src/",
            env!("CARGO_MANIFEST_DIR"),
            server.dir.path().to_str().unwrap(),
        ] {
            assert!(
                !status.message().contains(leak),
                "{sql} leaks {leak}: {}",
                status.message()
            );
        }
    }
}

#[tokio::test]
async fn a_query_that_needs_more_memory_than_there_is_says_so() {
    let mut config = Config::default();
    config.query.memory_bytes = Some(1 << 20);
    config.query.spill_bytes = Some(1 << 20);
    let server = start_with(config).await;
    let mut client = server.client().await;
    let sql = "SELECT value, count(*) FROM generate_series(1, 5000000) GROUP BY value ORDER BY 2, 1";
    let status = status(ask(&mut client, sql).await.unwrap_err());
    assert_eq!(status.code(), Code::ResourceExhausted, "{status:?}");
}

#[tokio::test]
async fn a_changed_ticket_is_refused() {
    let server = start().await;
    let mut client = server.client().await;
    let info = client.execute("SELECT 1".to_owned(), None).await.unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let any = Any::decode(&*ticket.ticket).unwrap();
    let inner: TicketStatementQuery = any.unpack().unwrap().unwrap();
    let mut handle = inner.statement_handle.to_vec();
    let last = handle.len() - 3;
    handle[last] ^= 1;
    let forged = TicketStatementQuery {
        statement_handle: handle.into(),
    }
    .as_any()
    .encode_to_vec();
    for bytes in [forged, b"garbage".to_vec(), Vec::new()] {
        let status = status(client.do_get(Ticket::new(bytes)).await.unwrap_err());
        assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    }
}

#[tokio::test]
async fn a_ticket_is_good_for_its_time_only_and_on_servers_with_the_same_secret() {
    let secret = || Some("shared".to_owned().into());
    let lasting = TicketConfig {
        secret: secret(),
        ..TicketConfig::default()
    };
    let one = start_with(Config {
        ticket: lasting.clone(),
        ..Config::default()
    })
    .await;
    let other = start_with(Config {
        ticket: lasting,
        ..Config::default()
    })
    .await;
    let info = one
        .client()
        .await
        .execute("SELECT 7 AS n".to_owned(), None)
        .await
        .unwrap();
    let (_, batches) = take(&mut other.client().await, info.clone()).await.unwrap();
    assert_eq!(texts(&batches), ["7"]);
    let stranger = start().await;
    let error = take(&mut stranger.client().await, info).await.unwrap_err();
    assert_eq!(status(error).code(), Code::InvalidArgument);

    let brief = TicketConfig {
        lifetime_secs: 0,
        ..TicketConfig::default()
    };
    let server = start_with(Config {
        ticket: brief,
        ..Config::default()
    })
    .await;
    let error = ask(&mut server.client().await, "SELECT 1").await.unwrap_err();
    assert!(status(error).message().contains("expired"));
}

#[tokio::test]
async fn a_client_that_goes_away_stops_its_query() {
    let server = start().await;
    let mut client = server.client().await;
    let endless = "SELECT value FROM generate_series(1, 9000000000000000)".to_owned();
    let info = client.execute(endless, None).await.unwrap();
    let ticket = info.endpoint[0].ticket.clone().unwrap();
    let mut stream = client.do_get(ticket).await.unwrap();
    assert!(stream.try_next().await.unwrap().unwrap().num_rows() > 0);
    assert_eq!(server.engine.queries().running(), 1);
    drop(stream);
    drop(client);
    timeout(PATIENCE, server.engine.queries().idle()).await.unwrap();
    assert_eq!(server.engine.queries().running(), 0);
}

#[tokio::test]
async fn many_queries_are_answered_at_once() {
    let server = start().await;
    let client = server.client().await;
    let tasks: Vec<_> = (0..16)
        .map(|n| {
            let mut client = client.clone();
            tokio::spawn(async move {
                let sql = format!("SELECT count(*) + {n} FROM parcel a CROSS JOIN parcel b");
                texts(&ask(&mut client, &sql).await.unwrap().1)
            })
        })
        .collect();
    for (n, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), [(CHEONGUN.len().pow(2) + n).to_string()]);
    }
    timeout(PATIENCE, server.engine.queries().idle()).await.unwrap();
}
